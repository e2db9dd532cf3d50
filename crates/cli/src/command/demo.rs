//! demo
use crate::Done;
use crate::arguments::Demo;
pub(crate) fn run(_: &Demo) -> Done {
    Err("not yet".to_owned())
}
