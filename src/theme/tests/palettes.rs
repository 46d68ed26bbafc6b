//! The colours of common terminals, as their programs have them: foreground, background, and the sixteen colours.

use crate::theme::Background::{self, Dark, Light};

/// The colours of a terminal.
pub(super) struct Palette {
    pub(super) name: &'static str,
    pub(super) kind: Background,
    pub(super) foreground: u32,
    pub(super) background: u32,
    pub(super) colors: [u32; 16],
}

pub(super) const PALETTES: [Palette; 13] = [
    Palette {
        name: "Solarized dark",
        kind: Dark,
        foreground: 0x839496,
        background: 0x002b36,
        colors: [
            0x073642, 0xdc322f, 0x859900, 0xb58900, 0x268bd2, 0xd33682, 0x2aa198, 0xeee8d5,
            0x002b36, 0xcb4b16, 0x586e75, 0x657b83, 0x839496, 0x6c71c4, 0x93a1a1, 0xfdf6e3,
        ],
    },
    Palette {
        name: "Solarized light",
        kind: Light,
        foreground: 0x657b83,
        background: 0xfdf6e3,
        colors: [
            0x073642, 0xdc322f, 0x859900, 0xb58900, 0x268bd2, 0xd33682, 0x2aa198, 0xeee8d5,
            0x002b36, 0xcb4b16, 0x586e75, 0x657b83, 0x839496, 0x6c71c4, 0x93a1a1, 0xfdf6e3,
        ],
    },
    Palette {
        name: "Nord",
        kind: Dark,
        foreground: 0xd8dee9,
        background: 0x2e3440,
        colors: [
            0x3b4252, 0xbf616a, 0xa3be8c, 0xebcb8b, 0x81a1c1, 0xb48ead, 0x88c0d0, 0xe5e9f0,
            0x4c566a, 0xbf616a, 0xa3be8c, 0xebcb8b, 0x81a1c1, 0xb48ead, 0x8fbcbb, 0xeceff4,
        ],
    },
    Palette {
        name: "Tango dark",
        kind: Dark,
        foreground: 0xd3d7cf,
        background: 0x000000,
        colors: [
            0x000000, 0xcc0000, 0x4e9a06, 0xc4a000, 0x3465a4, 0x75507b, 0x06989a, 0xd3d7cf,
            0x555753, 0xef2929, 0x8ae234, 0xfce94f, 0x729fcf, 0xad7fa8, 0x34e2e2, 0xeeeeec,
        ],
    },
    Palette {
        name: "Tango dark, GNOME",
        kind: Dark,
        foreground: 0xd3d7cf,
        background: 0x2e3436,
        colors: [
            0x000000, 0xcc0000, 0x4e9a06, 0xc4a000, 0x3465a4, 0x75507b, 0x06989a, 0xd3d7cf,
            0x555753, 0xef2929, 0x8ae234, 0xfce94f, 0x729fcf, 0xad7fa8, 0x34e2e2, 0xeeeeec,
        ],
    },
    Palette {
        name: "Tango light",
        kind: Light,
        foreground: 0x555753,
        background: 0xffffff,
        colors: [
            0x000000, 0xcc0000, 0x4e9a06, 0xc4a000, 0x3465a4, 0x75507b, 0x06989a, 0xd3d7cf,
            0x555753, 0xef2929, 0x8ae234, 0xfce94f, 0x729fcf, 0xad7fa8, 0x34e2e2, 0xeeeeec,
        ],
    },
    Palette {
        name: "One Half dark",
        kind: Dark,
        foreground: 0xdcdfe4,
        background: 0x282c34,
        colors: [
            0x282c34, 0xe06c75, 0x98c379, 0xe5c07b, 0x61afef, 0xc678dd, 0x56b6c2, 0xdcdfe4,
            0x5a6374, 0xe06c75, 0x98c379, 0xe5c07b, 0x61afef, 0xc678dd, 0x56b6c2, 0xdcdfe4,
        ],
    },
    Palette {
        name: "One Half light",
        kind: Light,
        foreground: 0x383a42,
        background: 0xfafafa,
        colors: [
            0x383a42, 0xe45649, 0x50a14f, 0xc18301, 0x0184bc, 0xa626a4, 0x0997b3, 0xfafafa,
            0x4f525d, 0xdf6c75, 0x98c379, 0xe4c07a, 0x61afef, 0xc577dd, 0x56b5c1, 0xffffff,
        ],
    },
    Palette {
        name: "VS Code dark",
        kind: Dark,
        foreground: 0xcccccc,
        background: 0x1e1e1e,
        colors: [
            0x000000, 0xcd3131, 0x0dbc79, 0xe5e510, 0x2472c8, 0xbc3fbc, 0x11a8cd, 0xe5e5e5,
            0x666666, 0xf14c4c, 0x23d18b, 0xf5f543, 0x3b8eea, 0xd670d6, 0x29b8db, 0xe5e5e5,
        ],
    },
    Palette {
        name: "VS Code light",
        kind: Light,
        foreground: 0x333333,
        background: 0xffffff,
        colors: [
            0x000000, 0xcd3131, 0x00bc00, 0x949800, 0x0451a5, 0xbc05bc, 0x0598bc, 0x555555,
            0x666666, 0xcd3131, 0x14ce14, 0xb5ba00, 0x0451a5, 0xbc05bc, 0x0598bc, 0xa5a5a5,
        ],
    },
    Palette {
        name: "xterm",
        kind: Light,
        foreground: 0x000000,
        background: 0xffffff,
        colors: [
            0x000000, 0xcd0000, 0x00cd00, 0xcdcd00, 0x0000ee, 0xcd00cd, 0x00cdcd, 0xe5e5e5,
            0x7f7f7f, 0xff0000, 0x00ff00, 0xffff00, 0x5c5cff, 0xff00ff, 0x00ffff, 0xffffff,
        ],
    },
    Palette {
        name: "xterm, reversed",
        kind: Dark,
        foreground: 0xffffff,
        background: 0x000000,
        colors: [
            0x000000, 0xcd0000, 0x00cd00, 0xcdcd00, 0x0000ee, 0xcd00cd, 0x00cdcd, 0xe5e5e5,
            0x7f7f7f, 0xff0000, 0x00ff00, 0xffff00, 0x5c5cff, 0xff00ff, 0x00ffff, 0xffffff,
        ],
    },
    Palette {
        name: "Linux console",
        kind: Dark,
        foreground: 0xaaaaaa,
        background: 0x000000,
        colors: [
            0x000000, 0xaa0000, 0x00aa00, 0xaa5500, 0x0000aa, 0xaa00aa, 0x00aaaa, 0xaaaaaa,
            0x555555, 0xff5555, 0x55ff55, 0xffff55, 0x5555ff, 0xff55ff, 0x55ffff, 0xffffff,
        ],
    },
];
