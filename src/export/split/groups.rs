//! What belongs together, and on which side it is: sets that are joined.

use std::collections::BTreeMap;

use crate::export::Side;
use crate::world::OpenFileId;

/// What is on one side as a whole.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Node {
    /// An open file description.
    File(OpenFileId),
    /// A child.
    Child(String),
}

/// Nodes that belong together, and the sides of those that are known.
#[derive(Default)]
pub(crate) struct Groups {
    parents: BTreeMap<Node, Node>,
    sides: BTreeMap<Node, Side>,
}

impl Groups {
    pub(crate) fn root(&self, node: &Node) -> Node {
        let mut node = node;
        while let Some(parent) = self.parents.get(node) {
            node = parent;
        }
        node.clone()
    }

    pub(crate) fn side(&self, node: &Node) -> Option<Side> {
        self.sides.get(&self.root(node)).copied()
    }

    /// `None`: it is on the other side.
    pub(crate) fn put(&mut self, node: &Node, side: Side) -> Option<()> {
        let root = self.root(node);
        let own = *self.sides.entry(root).or_insert(side);
        (own == side).then_some(())
    }

    /// `None`: they are on different sides.
    pub(crate) fn join(&mut self, one: &Node, other: &Node) -> Option<()> {
        let (one, other) = (self.root(one), self.root(other));
        if one == other {
            return Some(());
        }
        let own = self.sides.remove(&one);
        if let Some(side) = own {
            self.put(&other, side)?;
        }
        self.parents.insert(one, other);
        Some(())
    }
}
