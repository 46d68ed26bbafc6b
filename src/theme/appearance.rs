//! The theme in use, and the others that can be chosen.

use std::iter;

use crate::theme::builtin::{AUTO, auto, file, names};
use crate::theme::{Background, Glyphs, Theme, ThemeFile};

/// A theme that can be chosen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    /// Its name.
    pub name: String,
    /// What it looks like.
    pub about: String,
}

/// The theme in use, and the others that can be chosen.
#[derive(Debug, Clone)]
pub struct Appearance {
    /// The name of the theme in use.
    name: String,
    file: ThemeFile,
    /// Whether it follows the background of the terminal.
    is_auto: bool,
    /// Whether the terminal is to have no colours unless a theme is chosen.
    no_color: bool,
    /// The background of the terminal, as it last reported it.
    background: Option<Background>,
    /// The themes of the user, by name; they come before built-in ones.
    own: Vec<(String, ThemeFile)>,
    /// The characters that the terminal can draw.
    pub glyphs: Glyphs,
}

impl Appearance {
    /// A theme by name; `None`: the one that suits the terminal.
    pub fn new(
        name: Option<&str>,
        own: Vec<(String, ThemeFile)>,
        no_color: bool,
        glyphs: Glyphs,
    ) -> Self {
        let mut appearance = Self {
            name: String::new(),
            file: ThemeFile::default(),
            is_auto: name.is_none() && !no_color,
            no_color,
            background: None,
            own,
            glyphs,
        };
        appearance.choose(name.unwrap_or_else(|| auto(None, no_color)));
        appearance
    }

    /// A built-in theme, with all characters.
    pub fn builtin(name: &str) -> Self {
        Self::new(Some(name), Vec::new(), false, Glyphs::Unicode)
    }

    /// The styles.
    pub fn theme(&self) -> &Theme {
        &self.file.theme
    }

    /// The name of the theme in use.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The background that the theme is made for; `None`: any.
    pub fn made_for(&self) -> Option<Background> {
        self.file.background
    }

    /// Whether the theme depends on the background of the terminal.
    pub fn follows_background(&self) -> bool {
        self.is_auto
    }

    /// Takes the background of the terminal into account, unless a theme was chosen.
    pub fn see(&mut self, background: Background) {
        self.background = Some(background);
        if self.is_auto {
            self.choose(auto(self.background, false));
        }
    }

    /// Changes to the next theme. Gives its number, from 1, and how many there are.
    pub fn change_to_next(&mut self) -> (usize, usize) {
        let all = self.names();
        let at = all.iter().position(|name| *name == self.name);
        let next = at.map_or(0, |at| (at + 1) % all.len());
        self.change_to(&all[next])
    }

    /// Changes to a theme; one that is not there changes nothing. Gives the number of the theme in use, from 1, and how many
    /// there are.
    pub fn change_to(&mut self, name: &str) -> (usize, usize) {
        self.choose(name);
        self.is_auto = false;
        let all = self.names();
        let at = all.iter().position(|own| *own == self.name);
        (at.map_or(0, |at| at + 1), all.len())
    }

    /// Changes to the theme that suits the terminal, and follows its background from then on.
    pub fn change_to_auto(&mut self) {
        self.is_auto = !self.no_color;
        self.choose(auto(self.background, self.no_color));
    }

    /// What can be chosen: `auto`, then all themes in the order in which they follow each other.
    pub fn listed(&self) -> Vec<Listed> {
        let listed = |name: String| {
            let about = self.file_of(&name).and_then(|file| file.about);
            Listed {
                about: about.unwrap_or_else(|| "a theme of your own".to_owned()),
                name,
            }
        };
        let auto = Listed {
            name: AUTO.to_owned(),
            about: "suits the terminal's background; plain if NO_COLOR is set".to_owned(),
        };
        iter::once(auto)
            .chain(self.names().into_iter().map(listed))
            .collect()
    }

    fn names(&self) -> Vec<String> {
        let is_own = |name: &&str| self.own.iter().any(|(own, _)| own == name);
        let builtin = names().filter(|name| !is_own(name)).map(str::to_owned);
        builtin
            .chain(self.own.iter().map(|(name, _)| name.clone()))
            .collect()
    }

    fn choose(&mut self, name: &str) {
        if let Some(found) = self.file_of(name) {
            self.file = found;
            self.name = name.to_owned();
        }
    }

    fn file_of(&self, name: &str) -> Option<ThemeFile> {
        let own = self.own.iter().find(|(own, _)| own == name);
        own.map(|(_, own)| own.clone()).or_else(|| file(name))
    }
}
