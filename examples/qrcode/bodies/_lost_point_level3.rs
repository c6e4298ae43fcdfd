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
    const WINDOW: u32 = (1 << LENGTH) - 1;
    const LIGHT_BEHIND: u32 = 0b101_1101_0000;
    const LIGHT_BEFORE: u32 = 0b000_0101_1101;
    let mut lost_point = 0;
    for row in square.rows() {
        // The eleven modules that end at `end`, the last one lowest.
        let mut bits = 0;
        // Where the next window that Python looks at ends.
        let mut next = LENGTH - 1;
        for (end, &module) in row.iter().enumerate() {
            bits = (bits << 1 | u32::from(is_dark(module))) & WINDOW;
            if end == next {
                if bits == LIGHT_BEHIND || bits == LIGHT_BEFORE {
                    lost_point += 40;
                }
                // Behind a window that ends dark, Python leaves one out.
                next += if is_dark(module) { 2 } else { 1 };
            }
        }
    }
    lost_point
}
