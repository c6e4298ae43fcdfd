fn _lost_point_level1_in_rust<'py>(
    py: Python<'py>,
    modules: &Bound<'py, PyList>,
    modules_count: i64,
) -> PyResult<Option<i64>> {
    let Some(square) = Square::read(py, modules, modules_count) else {
        return Ok(None);
    };
    // What runs of five or more equal modules cost: two points less than they are long. A run of n modules holds n - 4 times
    // five equal modules in a row, so that a point for each of these and two for each run make n - 2.
    let fives = square.count(are_equal);
    // A run begins at the edge, or where the module before it is another one.
    let first_runs = square.count_at_edges(are_equal);
    let later_runs = square.count(|[before, five @ ..]: [u8; 6]| (before != five[0]) & are_equal(five));
    Ok(Some(fives + 2 * (first_runs + later_runs)))
}

fn are_equal([a, b, c, d, e]: [u8; 5]) -> bool {
    (a == b) & (a == c) & (a == d) & (a == e)
}
