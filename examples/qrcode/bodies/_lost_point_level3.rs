fn _lost_point_level3_in_rust<'py>(
    py: Python<'py>,
    modules: &Bound<'py, PyList>,
    modules_count: i64,
) -> PyResult<Option<i64>> {
    let Some(square) = Square::read(py, modules, modules_count) else {
        return Ok(None);
    };
    Ok(Some(finder_patterns(&square) + finder_patterns(&square.transposed())))
}

/// What dark-light-dark-light-dark in the ratio 1:1:3:1:1 with four light modules before or behind it costs, by rows.
fn finder_patterns(square: &Square) -> i64 {
    const LENGTH: usize = 11;
    const LIGHT_BEHIND: u32 = 0b101_1101_0000;
    const LIGHT_BEFORE: u32 = 0b000_0101_1101;
    let mut lost_point = 0;
    for row in square.rows() {
        // Python looks at every start from 0 up to, but not including, size - 10.
        let mut start = 0;
        while start + LENGTH <= row.len() {
            let window = &row[start..start + LENGTH];
            let bits = window.iter().fold(0, |bits, &module| bits << 1 | u32::from(is_dark(module)));
            if bits == LIGHT_BEHIND || bits == LIGHT_BEFORE {
                lost_point += 40;
            }
            // A dark module at the end cannot be the last but one of either pattern: the next start is none.
            start += if is_dark(window[LENGTH - 1]) { 2 } else { 1 };
        }
    }
    lost_point
}
