//! Reads an address argument: an address, with its length or with flags beside it, or a path.

use crate::call::argument::{AddressArg, AddressExpr};
use crate::call::table::{On, ParamKind};
use crate::notation::parse::SyntaxError;
use crate::notation::parse::address::looks_like_address;
use crate::notation::parse::args::Args;
use crate::notation::parse::calls::Read;

impl Read for AddressArg {
    fn read(args: &mut Args<'_>, _: &str) -> Result<Self, SyntaxError> {
        if args.row.on == On::Path {
            return socket_path(args);
        }
        // An address and flags, either first: they cannot be confused. A number is the port, unless an address follows.
        let is_address = |text: &str| {
            let is_port = crate::notation::parse::address::is_port(text)
                && !args.peek_second().is_some_and(looks_like_address);
            is_port || looks_like_address(text)
        };
        let flags_first = args.row.takes(ParamKind::MsgFlags)
            && args.peek().is_some_and(|text| !is_address(text))
            && args.left() > 1;
        if flags_first {
            args.read.flags = Some(args.msg_flags()?);
        }
        address(args)
    }
}

/// An address, and the length where one follows.
pub(crate) fn address(args: &mut Args<'_>) -> Result<AddressArg, SyntaxError> {
    let lexeme = args.required("an address")?;
    let place = crate::notation::parse::address::place(lexeme)
        .map_err(|message| SyntaxError::new(lexeme.span(), message))?;
    Ok(AddressArg {
        place,
        length: args.length(),
    })
}

/// An AF_UNIX address that is a file.
fn socket_path(args: &mut Args<'_>) -> Result<AddressArg, SyntaxError> {
    let lexeme = args.required("a path")?;
    let mut again = Args::new(args.row, vec![lexeme], lexeme.end());
    let address = address(&mut again)?;
    let is_path = match &address.place {
        AddressExpr::Literal(address) => address.path().is_some(),
        AddressExpr::LocalOf(_) => true,
        _ => false,
    };
    if is_path {
        return Ok(address);
    }
    Err(
        SyntaxError::new(lexeme.span(), format!("`{}` is not a path", lexeme.text))
            .help("for example unlink(unix:/tmp/x.sock)"),
    )
}
