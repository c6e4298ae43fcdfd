//! Compressing many small things in few frames, which takes less room than a frame for each: what one has in common with another is written once.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use crate::WriteError;

/// How much is compressed in one frame, before it: all of it is decompressed for any of it.
const GROUP: usize = 512 << 10;

/// A group of contents in one frame.
#[derive(Debug, Default)]
pub(crate) struct Group {
    /// As they are, one after the other.
    contents: Vec<u8>,
    /// The frame, once it is made.
    pub(crate) frame: Vec<u8>,
    /// Length of the contents.
    pub(crate) length: u64,
}

/// Where something lies that is in a group.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Member {
    /// Position of the group.
    pub(crate) group: usize,
    /// Where it begins in the group's contents.
    pub(crate) place: u64,
}

/// Groups that are being filled.
#[derive(Debug, Default)]
pub(crate) struct Groups {
    groups: Vec<Group>,
    /// Whether what comes next is not like what is in the last group.
    is_closed: bool,
}

impl Groups {
    /// Says that what comes next is not like what came before: it goes into another group.
    pub(crate) fn close(&mut self) {
        self.is_closed = true;
    }

    /// Adds contents to the last group, or to another where that one is full.
    pub(crate) fn add(&mut self, contents: &[u8]) -> Member {
        let is_full = |group: &Group| {
            group.length > 0 && group.contents.len().saturating_add(contents.len()) > GROUP
        };
        if std::mem::take(&mut self.is_closed) || self.groups.last().is_none_or(is_full) {
            self.groups.push(Group::default());
        }
        let at = self.groups.len() - 1;
        let group = &mut self.groups[at];
        let place = group.length;
        group.contents.extend_from_slice(contents);
        group.length += contents.len() as u64;
        Member { group: at, place }
    }

    /// Compresses all groups, on all processors.
    pub(crate) fn compress(self, level: i32) -> Result<Vec<Group>, WriteError> {
        let next = AtomicUsize::new(0);
        let groups = &self.groups;
        let work = || {
            let mut made = Vec::new();
            while let Some((at, group)) = {
                let at = next.fetch_add(1, Ordering::Relaxed);
                groups.get(at).map(|group| (at, group))
            } {
                made.push((at, zstd::bulk::compress(&group.contents, level)));
            }
            made
        };
        let workers = thread::available_parallelism()
            .map_or(1, usize::from)
            .min(groups.len());
        let made: Vec<_> = thread::scope(|scope| {
            let running: Vec<_> = (0..workers).map(|_| scope.spawn(work)).collect();
            running
                .into_iter()
                .flat_map(|worker| {
                    worker
                        .join()
                        .unwrap_or_else(|panic| std::panic::resume_unwind(panic))
                })
                .collect()
        });
        let mut groups = self.groups;
        for (at, frame) in made {
            groups[at].frame = frame.map_err(|error| WriteError::Compression {
                path: "a group of files".to_owned(),
                reason: error.to_string(),
            })?;
            groups[at].contents = Vec::new();
        }
        Ok(groups)
    }
}

#[cfg(test)]
mod tests {
    use super::{GROUP, Groups};

    #[test]
    fn groups_are_filled_one_after_the_other() {
        let mut groups = Groups::default();
        let places: Vec<_> = [GROUP / 2, GROUP / 2, 1, 3 * GROUP, 5]
            .iter()
            .map(|&length| {
                let member = groups.add(&vec![7; length]);
                (member.group, member.place)
            })
            .collect();
        assert_eq!(
            places,
            [(0, 0), (0, GROUP as u64 / 2), (1, 0), (2, 0), (3, 0)]
        );
        groups.close();
        assert_eq!(groups.add(b"x").group, 4);
        let made = groups.compress(3).unwrap();
        assert_eq!(made.len(), 5);
        assert_eq!(
            zstd::bulk::decompress(&made[2].frame, 4 * GROUP).unwrap(),
            vec![7; 3 * GROUP]
        );
    }
}
