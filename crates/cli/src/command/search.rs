//! search
use crate::Done;
use crate::arguments::Search;
pub(crate) fn run(_: &Search) -> Done {
    Err("not yet".to_owned())
}
