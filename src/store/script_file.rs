//! Writing a script for a person: whole or not at all, for its owner alone, and over another file only where that was
//! asked for.

use std::io::{self, Write};
use std::path::Path;

use tempfile::NamedTempFile;

use crate::socket::text::escaped;

/// Writes a file. `replaces`: one of that name that is there already is replaced, which the command `forced` does.
///
/// # Errors
///
/// What could not be done, as a sentence.
pub fn write(file: &str, text: &str, replaces: bool, forced: &str) -> Result<(), String> {
    let shown = escaped(file);
    match std::fs::symlink_metadata(file) {
        Ok(_) if !replaces => {
            return Err(format!(
                "cannot write {shown}: it is there already, and {forced} replaces it"
            ));
        }
        Ok(there) if !there.is_file() => {
            return Err(format!("cannot replace {shown}: it is not a regular file"));
        }
        Ok(_) | Err(_) => {}
    }
    written(Path::new(file), text, replaces)
        .map_err(|error| format!("cannot write {shown}: {}", bare(&error)))
}

/// The error without the name of the temporary file, which the library adds and which says nothing to a person.
fn bare(error: &io::Error) -> String {
    let text = error.to_string();
    match text.split_once(" at path ") {
        Some((reason, _)) => reason.to_owned(),
        None => text,
    }
}

fn written(path: &Path, text: &str, replaces: bool) -> io::Result<()> {
    let parent = path
        .parent()
        .filter(|parent| !parent.as_os_str().is_empty());
    // With mode 0600.
    let mut file = NamedTempFile::new_in(parent.unwrap_or_else(|| Path::new(".")))?;
    file.write_all(text.as_bytes())?;
    file.as_file().sync_all()?;
    let persisted = match replaces {
        true => file.persist(path),
        false => file.persist_noclobber(path),
    };
    persisted.map(drop).map_err(|failed| failed.error)
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::{PermissionsExt, symlink};

    use crate::store::script_file::*;

    #[test]
    fn a_file_is_its_owners_alone_and_replaced_only_where_that_is_asked_for() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("a.sock");
        let name = path.to_str().expect("a name");
        write(name, "one\n", false, "w! FILE").expect("it is written");
        let mode = path.metadata().expect("it is there").permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
        let refused = write(name, "two\n", false, "w! FILE").expect_err("it is there");
        assert!(refused.ends_with("it is there already, and w! FILE replaces it"));
        assert_eq!(std::fs::read_to_string(&path).expect("read"), "one\n");
        write(name, "two\n", true, "").expect("it is replaced");
        assert_eq!(std::fs::read_to_string(&path).expect("read"), "two\n");
        let left = std::fs::read_dir(folder.path()).expect("a folder").count();
        assert_eq!(left, 1, "nothing else is left");
    }

    #[test]
    fn what_is_no_regular_file_stays_as_it_is() {
        let folder = tempfile::tempdir().expect("a folder");
        let at = |name: &str| folder.path().join(name).display().to_string();
        std::fs::write(at("victim"), "kept").expect("a file");
        symlink(at("victim"), at("link")).expect("a link");
        for name in ["link", ""] {
            let refused = write(&at(name), "x", true, "").expect_err(name);
            assert!(refused.ends_with("not a regular file"), "{refused}");
        }
        assert_eq!(std::fs::read_to_string(at("victim")).expect("read"), "kept");
        let refused = write(&at("absent/x"), "x", false, "").expect_err("no folder");
        let end = "absent/x: No such file or directory (os error 2)";
        assert!(refused.ends_with(end), "{refused}");
    }
}
