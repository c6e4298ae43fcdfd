fn _lost_point_level2_in_rust<'py>(
    py: Python<'py>,
    modules: &Bound<'py, PyList>,
    modules_count: i64,
) -> PyResult<Option<i64>> {
    let Some(square) = Square::read(py, modules, modules_count) else {
        return Ok(None);
    };
    let mut blocks = 0;
    for (row, next_row) in square.rows().zip(square.rows().skip(1)) {
        // Python leaves out blocks that cannot be of one colour. Looking at all of them takes no jumps.
        blocks += count(
            [row, &row[1..], next_row, &next_row[1..]],
            |[top_left, top_right, left, right]| (top_left == top_right) & (top_left == left) & (top_left == right),
        );
    }
    Ok(Some(3 * blocks))
}
