fn _lost_point_level3_in_rust<'py>(
    py: Python<'py>,
    modules: &Bound<'py, PyList>,
    modules_count: i64,
) -> PyResult<Option<i64>> {
    let Some(square) = Square::read(py, modules, modules_count) else {
        return Ok(None);
    };
    // Python leaves out the places behind a dark module, where there cannot be a pattern.
    Ok(Some(40 * square.count(is_finder_pattern)))
}

/// Dark, light, dark, light, dark in the ratio 1:1:3:1:1, with four light modules before or behind it.
fn is_finder_pattern(modules: [u8; 11]) -> bool {
    let [a, b, c, d, e, f, g, h, i, j, k] = modules.map(is_dark);
    let light_behind = a & c & d & !h & !i & !k;
    let light_before = !a & !c & !d & h & i & k;
    !b & e & !f & g & !j & (light_behind | light_before)
}
