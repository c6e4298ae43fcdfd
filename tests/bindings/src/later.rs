//! What PyO3 has and exuvia has not yet. An item leaves this file, for its topic's, with the engine's support for it.

use exuvia::prelude::*;

#[pymodule]
pub mod later {
    use exuvia::prelude::*;

    #[derive(FromPyObject)]
    pub enum Operand {
        Integer(i64),
        Text(String),
    }

    #[pyfunction]
    fn which(operand: Operand) -> String {
        match operand {
            Operand::Integer(value) => format!("integer {value}"),
            Operand::Text(value) => format!("text {value}"),
        }
    }
}
