//! Joining a federation and keeping its trust list: what the commands and the demonstration share.

mod lists;
mod papers;

pub(crate) use lists::{
    KeeperPublic, instruments_of, keeper_key, law_of, load_list, next_list, read_signed, sign_list,
    told,
};
pub(crate) use papers::{
    AuthorityOrder, ListenOrder, NodeOrder, OfficerOrder, PseudonymKey, fresh, write_node,
};
