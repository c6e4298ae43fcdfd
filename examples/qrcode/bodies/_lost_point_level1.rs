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
    let cost = |run: &[u8]| if run.len() >= 5 { run.len() as i64 - 2 } else { 0 };
    square.rows().flat_map(|row| row.chunk_by(|one, next| one == next)).map(cost).sum()
}
