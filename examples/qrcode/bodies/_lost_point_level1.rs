fn _lost_point_level1_in_rust<'py>(
    py: Python<'py>,
    modules: &Bound<'py, PyList>,
    modules_count: i64,
) -> PyResult<Option<i64>> {
    let Some(square) = Square::read(py, modules, modules_count) else {
        return Ok(None);
    };
    Ok(Some(long_runs(&square) + long_runs(&square.transposed())))
}

/// What the runs of five or more equal modules in a row cost: two points less than they are long.
fn long_runs(square: &Square) -> i64 {
    let cost = |length: i64| if length >= 5 { length - 2 } else { 0 };
    let mut lost_point = 0;
    for row in square.rows() {
        let mut length = 1;
        for pair in row.windows(2) {
            if pair[0] == pair[1] {
                length += 1;
            } else {
                lost_point += cost(length);
                length = 1;
            }
        }
        lost_point += cost(length);
    }
    lost_point
}
