fn _lost_point_level2_in_rust<'py>(
    py: Python<'py>,
    modules: &Bound<'py, PyList>,
    modules_count: i64,
) -> PyResult<Option<i64>> {
    let Some(square) = Square::read(py, modules, modules_count) else {
        return Ok(None);
    };
    let mut lost_point = 0;
    for (row, next_row) in square.rows().zip(square.rows().skip(1)) {
        let mut column = 0;
        while column + 1 < square.size() {
            let top_right = row[column + 1];
            if top_right != next_row[column + 1] {
                // Neither this block of four nor the next one can be of one colour.
                column += 2;
                continue;
            }
            if top_right == row[column] && top_right == next_row[column] {
                lost_point += 3;
            }
            column += 1;
        }
    }
    Ok(Some(lost_point))
}
