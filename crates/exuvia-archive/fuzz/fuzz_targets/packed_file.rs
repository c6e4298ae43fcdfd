//! The footer of a packed file, and the text that says how the application starts.

#![no_main]

use exuvia_archive::{FOOTER_LEN, Footer, Launch};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    if let Some(footer) = data.last_chunk::<FOOTER_LEN>()
        && let Ok(footer) = Footer::read(footer, data.len() as u64)
    {
        let place = footer.archive.start as usize..footer.archive.end as usize;
        assert!(data.get(place).is_some(), "an archive that is not in the file");
    }
    let _ = Footer::verify(data);
    let text = String::from_utf8_lossy(data);
    if let Ok(launch) = Launch::from_text(&text) {
        assert_eq!(Launch::from_text(&launch.to_text()), Ok(launch));
    }
});
