//! The manual page and the completions of shells, made from the tables of the command line and of the calls.

use std::io;

use clap::{Command, CommandFactory};
use clap_mangen::Man;
use clap_mangen::roff::{Inline, Roff, bold, roman};

use crate::call::table::SIGNATURES;
use crate::cli::{Cli, EXIT_STATUSES, Generated, Shell};

/// The sections after the options. `@CALLS@` stands for the table of calls, `@STATUSES@` for the exit statuses.
const SECTIONS: &str = include_str!("../assets/man/sections.roff");

/// What `sockplay generate` prints.
///
/// # Errors
///
/// None that memory can give; the libraries write to any place.
pub fn generated(what: Generated) -> io::Result<Vec<u8>> {
    match what {
        Generated::Man => page(),
        Generated::Completions { shell } => Ok(completions(shell)),
    }
}

fn completions(shell: Shell) -> Vec<u8> {
    use clap_complete::Shell as Target;
    let target = match shell {
        Shell::Bash => Target::Bash,
        Shell::Zsh => Target::Zsh,
        Shell::Fish => Target::Fish,
    };
    let mut script = Vec::new();
    clap_complete::generate(target, &mut Cli::command(), "sockplay", &mut script);
    script
}

/// The whole page: sockplay(1).
fn page() -> io::Result<Vec<u8>> {
    let mut command = Cli::command();
    command.build();
    let man = Man::new(command.clone());
    let mut page = Vec::new();
    man.render_title(&mut page)?;
    man.render_name_section(&mut page)?;
    man.render_synopsis_section(&mut page)?;
    man.render_description_section(&mut page)?;
    man.render_options_section(&mut page)?;
    heading("SH", "COMMANDS", &mut page)?;
    commands(&command, "sockplay", &mut page)?;
    let sections = SECTIONS
        .replace("@CALLS@\n", &calls()?)
        .replace("@STATUSES@\n", &statuses()?);
    page.extend_from_slice(sections.as_bytes());
    Ok(with_one_preamble(&String::from_utf8_lossy(&page)))
}

/// The page without the preamble that the library writes before each part, but for the first.
fn with_one_preamble(page: &str) -> Vec<u8> {
    let is_preamble = |line: &str| line.starts_with(".ie \\n(.g") || line.starts_with(".el .ds Aq");
    let mut seen = 0;
    let lines = page.lines().filter(|line| {
        seen += usize::from(is_preamble(line));
        !is_preamble(line) || seen <= 2
    });
    lines
        .flat_map(|line| [line, "\n"])
        .collect::<String>()
        .into_bytes()
}

/// Every subcommand with its options, and those below it.
fn commands(of: &Command, path: &str, page: &mut Vec<u8>) -> io::Result<()> {
    let listed = of
        .get_subcommands()
        .filter(|own| !own.is_hide_set() && own.get_name() != "help");
    for own in listed {
        let path = format!("{path} {}", own.get_name());
        heading("SS", &path, page)?;
        let about = own.get_long_about().or_else(|| own.get_about());
        let mut text = Roff::new();
        for paragraph in about
            .map(ToString::to_string)
            .unwrap_or_default()
            .split("\n\n")
        {
            text.control("PP", []).text([roman(paragraph)]);
        }
        text.to_writer(page)?;
        // Its options without the heading, which would begin another section.
        let mut options = Vec::new();
        let without_help = own.clone().mut_arg("help", |help| help.hide(true));
        let man = Man::new(without_help);
        man.render_options_section(&mut options)?;
        let options = String::from_utf8_lossy(&options);
        let lines = options.lines().filter(|line| !line.starts_with(".SH"));
        lines.for_each(|line| page.extend_from_slice(format!("{line}\n").as_bytes()));
        commands(own, &path, page)?;
    }
    Ok(())
}

fn heading(kind: &str, text: &str, page: &mut Vec<u8>) -> io::Result<()> {
    Roff::new().control(kind, [text]).to_writer(page)
}

/// The table of calls.
fn calls() -> io::Result<String> {
    let mut roff = Roff::new();
    for row in SIGNATURES {
        let mut about: Vec<Inline> = vec![roman(row.summary)];
        if !row.man.is_empty() {
            about.push(roman(format!(" See {}.", row.man)));
        }
        roff.control("TP", [])
            .text([bold(row.to_string())])
            .text(about);
    }
    rendered(&roff)
}

/// The exit statuses.
fn statuses() -> io::Result<String> {
    let mut roff = Roff::new();
    for (status, meaning) in EXIT_STATUSES {
        roff.control("TP", [])
            .text([bold(status)])
            .text([roman(meaning)]);
    }
    rendered(&roff)
}

fn rendered(roff: &Roff) -> io::Result<String> {
    let mut text = Vec::new();
    roff.to_writer(&mut text)?;
    Ok(String::from_utf8_lossy(&text).into_owned())
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use crate::cli::{Cli, Generated, Shell};
    use crate::manual::generated;

    fn text(what: Generated) -> String {
        String::from_utf8(generated(what).expect("it is made")).expect("it is text")
    }

    #[test]
    fn the_page_has_every_command_and_option_and_its_sections() {
        let page = text(Generated::Man);
        // Roff writes a hyphen that is not a line break with a backslash.
        let plain = page.replace("\\-", "-");
        for command in Cli::command().get_subcommands() {
            let name = format!(".SS \"sockplay {}\"", command.get_name());
            assert!(plain.contains(&name), "{name}");
            let long = command.get_arguments().filter(|own| !own.is_hide_set());
            for option in long.filter_map(clap::Arg::get_long) {
                assert!(plain.contains(&format!("--{option}")), "{name} {option}");
            }
        }
        for section in [
            "NOTATION",
            "FILES",
            "ENVIRONMENT",
            "EXIT STATUS",
            "SEE ALSO",
        ] {
            assert!(plain.contains(&format!(".SH {section}\n")), "{section}");
        }
        assert!(!page.contains("@CALLS@") && !page.contains("@STATUSES@"));
        assert!(plain.contains("128+N"), "{plain}");
        assert!(plain.contains("connect(socket, address)"), "{plain}");
    }

    #[test]
    fn each_shell_gets_a_script_that_knows_the_commands() {
        for shell in [Shell::Bash, Shell::Zsh, Shell::Fish] {
            let script = text(Generated::Completions { shell });
            for word in ["screenshot", "learn", "completions"] {
                assert!(script.contains(word), "{shell:?} {word}");
            }
        }
    }
}
