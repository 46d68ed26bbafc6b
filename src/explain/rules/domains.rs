//! Sockets of other domains than AF_INET, AF_INET6 and AF_UNIX: their calls are made and their addresses decoded. What a
//! call does there is not explained.

use crate::explain::rule::{OF_THE_CALL, Rule, rows};

pub(crate) static ROWS: &[Rule] = rows! {
    NAMES Success [OtherDomain, ResultDecoded] {ByResult} "An address of {domain}: {decoded_result}." OF_THE_CALL;
    BIND Success [OtherDomain, AddressDecoded] {ByArguments} "{socket} was bound to an address of {domain}: {decoded_address}. The rules of this domain are not explained here: see {domain_page}." OF_THE_CALL;
    CONNECT Success [OtherDomain, AddressDecoded] {ByArguments} "{socket} was connected to an address of {domain}: {decoded_address}. The rules of this domain are not explained here: see {domain_page}." OF_THE_CALL;
    OF_DOMAIN AnyErrno [OtherDomain] {ByErrno} "In general {errno} means: {strerror}. What it means in the domain {domain} is not explained here: see {domain_page}." OF_THE_CALL;
    OF_DOMAIN Success [OtherDomain] {ByResult} "The call succeeded. What it does in the domain {domain} is not explained here: see {domain_page}." OF_THE_CALL;
};
