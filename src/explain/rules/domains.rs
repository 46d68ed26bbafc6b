//! Sockets of other domains than AF_INET, AF_INET6 and AF_UNIX: their calls are made, and not explained.

use crate::explain::rule::{OF_THE_CALL, Rule, rows};

pub(crate) static ROWS: &[Rule] = rows! {
    OF_DOMAIN AnyErrno [OtherDomain] {ByErrno} "In general {errno} means: {strerror}. What it means in the domain {domain} is not explained here: see {domain_page}." OF_THE_CALL;
    OF_DOMAIN Success [OtherDomain] {ByResult} "The call succeeded. What it does in the domain {domain} is not explained here: see {domain_page}." OF_THE_CALL;
};
