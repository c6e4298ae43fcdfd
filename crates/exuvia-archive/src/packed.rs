//! Where an archive lies in a packed file.

use std::ops::Range;

/// Length of the footer, the last bytes of a packed file.
pub const FOOTER_LEN: usize = 32;

/// Where the archive begins: a multiple of this, so that it can be mapped on its own.
pub const ARCHIVE_ALIGNMENT: u64 = 4096;

const MARK: [u8; 16] = *b"EXUVIA-PACKED-1\n";

/// The footer of a packed file: a program, then an archive of `length` bytes at `offset`, then this.
///
/// It holds offset and length as little-endian `u64` and a mark of 16 bytes.
pub fn footer(offset: u64, length: u64) -> [u8; FOOTER_LEN] {
    let mut footer = [0; FOOTER_LEN];
    footer[..8].copy_from_slice(&offset.to_le_bytes());
    footer[8..16].copy_from_slice(&length.to_le_bytes());
    footer[16..].copy_from_slice(&MARK);
    footer
}

/// Where the archive lies in a file of `file_length` bytes that ends with `footer`; `None` if that is no packed file,
/// or one that was cut short.
pub fn locate(footer: &[u8; FOOTER_LEN], file_length: u64) -> Option<Range<u64>> {
    let number = |at: usize| {
        footer[at..at + 8]
            .iter()
            .rev()
            .fold(0, |number, &byte| number << 8 | u64::from(byte))
    };
    let (offset, length) = (number(0), number(8));
    let end = offset.checked_add(length)?.checked_add(FOOTER_LEN as u64)?;
    (footer[16..] == MARK && end == file_length && offset % ARCHIVE_ALIGNMENT == 0)
        .then(|| offset..offset + length)
}
