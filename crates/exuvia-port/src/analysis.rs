//! What a Python module's source says about its functions: where they are, and whether `port` can move them.
//!
//! `scan` and `port` ask the same question here, so that what the one promises the other keeps. Nothing is imported or run.

mod bindings;
mod parameters;

use std::fmt;
use std::ops::Range;

use ruff_python_ast::visitor::{self, Visitor};
use ruff_python_ast::{Expr, Stmt, StmtFunctionDef};
use ruff_text_size::Ranged;
use serde::Serialize;

pub(crate) use parameters::NO_NAME;
pub use parameters::{Default, Kind, Parameter};

pub(crate) use bindings::{Binding, Bound};

use bindings::Bindings;

/// A module's source and the functions that it defines.
#[derive(Debug)]
pub struct ModuleSource<'src> {
    text: &'src str,
    lines: Lines,
    functions: Vec<Function>,
    main_guard: Option<usize>,
    bound: std::collections::HashMap<String, Binding>,
    generates: Option<u32>,
}

/// A function as its module defines it.
#[derive(Debug, Clone)]
pub struct Function {
    /// Its name in the module: `f`, `Class.method`, `f.<locals>.inner`, `<lambda>`.
    pub qualname: String,
    /// The line that `def` or `lambda` stands on.
    pub line: u32,
    /// The line that CPython calls the function's first: its first decorator's, else [`line`](Self::line).
    pub first_line: u32,
    /// Where its source is in the module's text, from `def` to the end of the last statement, in bytes.
    pub range: Range<usize>,
    /// What it takes, in the order of the definition.
    pub parameters: Vec<Parameter>,
    /// The annotation of its result, as written.
    pub returns: Option<String>,
    /// Its docstring, as Python's `__doc__` had it before 3.13: with its indentation.
    pub docstring: Option<String>,
    /// Why it cannot move, where it cannot.
    pub refusal: Option<Refusal>,
}

/// Why a function cannot move to Rust.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Refusal {
    /// The line that shows it.
    pub line: u32,
    /// The reason, as a clause: `it is a generator`.
    pub reason: String,
}

impl fmt::Display for Refusal {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} (line {})", self.reason, self.line)
    }
}

/// Whether `port` accepts a function.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Portability {
    /// It does.
    Portable,
    /// It does not.
    Refused(Refusal),
    /// The module's source defines no such function: it was generated while the module ran.
    NotInSource,
}

/// A module's source that Python's grammar does not allow.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: {message}")]
pub struct SyntaxError {
    /// The line.
    pub line: u32,
    /// What the parser said.
    pub message: String,
}

/// Whether `port` accepts the function `qualname` of a module with this source.
///
/// # Errors
///
/// The source does not parse.
pub fn portability(source: &str, qualname: &str) -> Result<Portability, SyntaxError> {
    let module = ModuleSource::parse(source)?;
    Ok(module
        .function(qualname)
        .map_or(Portability::NotInSource, Function::portability))
}

impl Function {
    /// Whether `port` accepts it.
    #[must_use]
    pub fn portability(&self) -> Portability {
        self.refusal
            .clone()
            .map_or(Portability::Portable, Portability::Refused)
    }
}

impl<'src> ModuleSource<'src> {
    /// Reads a module's source. A byte order mark is skipped.
    ///
    /// # Errors
    ///
    /// The source does not parse.
    pub fn parse(text: &'src str) -> Result<Self, SyntaxError> {
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        let lines = Lines::of(text);
        let parsed = ruff_python_parser::parse_module(text).map_err(|error| SyntaxError {
            line: lines.line(error.location.start().to_usize()),
            message: error.error.to_string(),
        })?;
        let body = &parsed.syntax().body;
        let mut collector = Collector {
            text,
            lines: &lines,
            scope: Vec::new(),
            depth: 0,
            functions: Vec::new(),
        };
        collector.visit_body(body);
        let mut functions = collector.functions;
        let bindings = Bindings::of(body, text, &lines);
        for function in &mut functions {
            if function.refusal.is_none() {
                function.refusal = bindings.refusal(&function.qualname, function.line);
            }
        }
        let main_guard = body.iter().find(|statement| is_main_guard(statement));
        let main_guard =
            main_guard.map(|statement| lines.start_of(statement.range().start().to_usize()));
        let generates = bindings.generates();
        let bound = bindings.first();
        Ok(Self {
            text,
            lines,
            functions,
            main_guard,
            bound,
            generates,
        })
    }

    /// The function of that name; the last where several share it, since that is the one the name is bound to.
    #[must_use]
    pub fn function(&self, qualname: &str) -> Option<&Function> {
        self.functions
            .iter()
            .rfind(|function| function.qualname == qualname)
    }

    /// The function whose code object has this `co_firstlineno` and `co_name`.
    #[must_use]
    pub fn function_at(&self, first_line: u32, name: &str) -> Option<&Function> {
        self.functions.iter().find(|function| {
            function.first_line == first_line && function.qualname.rsplit('.').next() == Some(name)
        })
    }

    /// The first place in the module's top level that binds `name` to anything.
    pub(crate) fn bound_on(&self, name: &str) -> Option<&Binding> {
        self.bound.get(name)
    }

    /// The first line of the module's top level that may bind names which its source does not show: by `exec`, `setattr` or
    /// `globals`.
    pub(crate) fn generates(&self) -> Option<u32> {
        self.generates
    }

    /// Every function, in the order of the source.
    #[must_use]
    pub fn functions(&self) -> &[Function] {
        &self.functions
    }

    /// The source of a function, without decorators.
    #[must_use]
    pub fn source_of(&self, function: &Function) -> &'src str {
        &self.text[function.range.clone()]
    }

    /// Where the line of `if __name__ == "__main__":` begins, in bytes, where the module has one.
    #[must_use]
    pub fn main_guard(&self) -> Option<usize> {
        self.main_guard
    }

    /// How many lines the source has.
    #[must_use]
    pub fn line_count(&self) -> usize {
        self.lines.starts.len()
    }
}

/// Where lines begin.
#[derive(Debug)]
struct Lines {
    starts: Vec<usize>,
}

impl Lines {
    fn of(text: &str) -> Self {
        let bytes = text.as_bytes();
        let ends = bytes
            .iter()
            .enumerate()
            .filter(|&(index, &byte)| match byte {
                b'\n' => true,
                b'\r' => bytes.get(index + 1) != Some(&b'\n'),
                _ => false,
            });
        Self {
            starts: std::iter::once(0)
                .chain(ends.map(|(index, _)| index + 1))
                .collect(),
        }
    }

    /// The number of the line that holds this byte, from 1.
    fn line(&self, offset: usize) -> u32 {
        u32::try_from(self.starts.partition_point(|&start| start <= offset)).unwrap_or(u32::MAX)
    }

    /// Where the line that holds this byte begins.
    fn start_of(&self, offset: usize) -> usize {
        self.starts[self.starts.partition_point(|&start| start <= offset) - 1]
    }
}

/// Whether a statement is `if __name__ == "__main__":`.
fn is_main_guard(statement: &Stmt) -> bool {
    let Stmt::If(statement) = statement else {
        return false;
    };
    let Expr::Compare(test) = &*statement.test else {
        return false;
    };
    let is_name = |expression: &Expr| matches!(expression, Expr::Name(name) if name.id.as_str() == "__name__");
    let is_main = |expression: &Expr| matches!(expression, Expr::StringLiteral(text) if text.value.to_str() == "__main__");
    match &*test.comparators {
        [other] => {
            (is_name(&test.left) && is_main(other)) || (is_main(&test.left) && is_name(other))
        }
        _ => false,
    }
}

/// Finds the functions of a module, with those inside classes and other functions.
struct Collector<'a> {
    text: &'a str,
    lines: &'a Lines,
    /// The names around what is visited: `Class`, or `f` and `<locals>`.
    scope: Vec<String>,
    /// How many `if`, `try`, `with`, `for` and the like are around what is visited.
    depth: usize,
    functions: Vec<Function>,
}

impl Collector<'_> {
    fn qualname(&self, name: &str) -> String {
        let mut parts = self.scope.clone();
        parts.push(name.to_owned());
        parts.join(".")
    }

    fn definition(&mut self, definition: &StmtFunctionDef) {
        let start = definition
            .decorator_list
            .last()
            .map_or(definition.range.start(), |last| last.range.end());
        // With decorators, the statement begins at the first `@`; `def` itself is the first thing after the last one.
        let between = &self.text[start.to_usize()..definition.name.range.start().to_usize()];
        let keyword = between.find("def").unwrap_or(0);
        let async_keyword = between.find("async").filter(|_| definition.is_async);
        let begin = start.to_usize() + async_keyword.unwrap_or(keyword);
        let line = self.lines.line(begin);
        let first_line = self.lines.line(definition.range.start().to_usize());
        let annotation = |expression: &Expr| self.text[expression.range()].to_owned();
        let refused = |line: u32, reason: &str| {
            Some(Refusal {
                line,
                reason: reason.to_owned(),
            })
        };
        let refusal = if self.scope.last().is_some_and(|scope| scope == "<locals>") {
            refused(line, "it is defined inside another function")
        } else if !self.scope.is_empty() {
            refused(line, "it is a method")
        } else if definition.is_async {
            refused(line, "it is async")
        } else if let Some(decorator) = definition.decorator_list.first() {
            let at = decorator.range.start().to_usize();
            refused(
                self.lines.line(at),
                &format!(
                    "it is decorated with {}",
                    self.text[decorator.range()].trim()
                ),
            )
        } else if let Some(offset) = first_yield(definition) {
            refused(self.lines.line(offset), "it is a generator")
        } else if self.depth > 0 {
            refused(line, "it is defined under a condition")
        } else {
            parameters::refusal(&definition.parameters, self.lines)
        };
        self.functions.push(Function {
            qualname: self.qualname(definition.name.as_str()),
            line,
            first_line,
            range: begin..definition.range.end().to_usize(),
            parameters: parameters::read(&definition.parameters, self.text),
            returns: definition.returns.as_deref().map(annotation),
            docstring: docstring(&definition.body),
            refusal,
        });
    }

    fn inside(&mut self, names: &[&str], visit: impl FnOnce(&mut Self)) {
        let (scope, depth) = (self.scope.len(), std::mem::take(&mut self.depth));
        self.scope.extend(names.iter().map(|&name| name.to_owned()));
        visit(self);
        self.scope.truncate(scope);
        self.depth = depth;
    }
}

impl<'a> Visitor<'a> for Collector<'_> {
    fn visit_stmt(&mut self, statement: &'a Stmt) {
        match statement {
            Stmt::FunctionDef(definition) => {
                self.definition(definition);
                // Decorators and defaults run outside the function, and may hold lambdas.
                for decorator in &definition.decorator_list {
                    self.visit_expr(&decorator.expression);
                }
                self.visit_parameters(&definition.parameters);
                self.inside(&[definition.name.as_str(), "<locals>"], |this| {
                    this.visit_body(&definition.body)
                });
            }
            Stmt::ClassDef(class) => {
                for decorator in &class.decorator_list {
                    self.visit_expr(&decorator.expression);
                }
                self.inside(&[class.name.as_str()], |this| this.visit_body(&class.body));
            }
            Stmt::If(_)
            | Stmt::For(_)
            | Stmt::While(_)
            | Stmt::With(_)
            | Stmt::Try(_)
            | Stmt::Match(_) => {
                self.depth += 1;
                visitor::walk_stmt(self, statement);
                self.depth -= 1;
            }
            _ => visitor::walk_stmt(self, statement),
        }
    }

    fn visit_expr(&mut self, expression: &'a Expr) {
        let Expr::Lambda(lambda) = expression else {
            return visitor::walk_expr(self, expression);
        };
        let line = self.lines.line(lambda.range.start().to_usize());
        self.functions.push(Function {
            qualname: self.qualname("<lambda>"),
            line,
            first_line: line,
            range: lambda.range.start().to_usize()..lambda.range.end().to_usize(),
            parameters: lambda
                .parameters
                .as_deref()
                .map(|list| parameters::read(list, self.text))
                .unwrap_or_default(),
            returns: None,
            docstring: None,
            refusal: Some(Refusal {
                line,
                reason: "it is a lambda".to_owned(),
            }),
        });
        self.inside(&["<lambda>", "<locals>"], |this| {
            visitor::walk_expr(this, &lambda.body)
        });
    }
}

/// Where a function's own first `yield` is; those of functions inside it are not its own.
fn first_yield(definition: &StmtFunctionDef) -> Option<usize> {
    struct Yields(Option<usize>);
    impl<'a> Visitor<'a> for Yields {
        fn visit_stmt(&mut self, statement: &'a Stmt) {
            if !matches!(statement, Stmt::FunctionDef(_) | Stmt::ClassDef(_)) {
                visitor::walk_stmt(self, statement);
            }
        }
        fn visit_expr(&mut self, expression: &'a Expr) {
            match expression {
                Expr::Yield(_) | Expr::YieldFrom(_) => {
                    self.0.get_or_insert(expression.range().start().to_usize());
                }
                Expr::Lambda(_) => {}
                _ => visitor::walk_expr(self, expression),
            }
        }
    }
    let mut yields = Yields(None);
    yields.visit_body(&definition.body);
    yields.0
}

fn docstring(body: &[Stmt]) -> Option<String> {
    let Stmt::Expr(first) = body.first()? else {
        return None;
    };
    let Expr::StringLiteral(text) = &*first.value else {
        return None;
    };
    Some(text.value.to_str().to_owned())
}

#[cfg(test)]
mod tests;
