//! Which names a module's top level binds, and where: a function moves only where its name means it and nothing else.

use std::collections::HashMap;

use ruff_python_ast::visitor::{self, Visitor};
use ruff_python_ast::{Alias, ExceptHandler, Expr, ExprContext, Pattern, Stmt};
use ruff_text_size::Ranged;

use super::{Lines, Refusal};

/// The lines that bind, delete or decorate each name at module level.
pub(super) struct Bindings<'a> {
    lines: &'a Lines,
    bound: HashMap<String, Vec<u32>>,
    attributes: HashMap<String, u32>,
}

impl<'a> Bindings<'a> {
    pub(super) fn of(body: &[Stmt], lines: &'a Lines) -> Self {
        let mut bindings = Self {
            lines,
            bound: HashMap::new(),
            attributes: HashMap::new(),
        };
        bindings.visit_body(body);
        bindings
    }

    /// Why the function that `def` on `line` calls `name` is not what the module calls `name` in the end.
    pub(super) fn refusal(&self, name: &str, line: u32) -> Option<Refusal> {
        if let Some(&line) = self.attributes.get(name) {
            let reason =
                "the module sets an attribute on it, which a compiled function cannot have"
                    .to_owned();
            return Some(Refusal { line, reason });
        }
        let other = *self.bound.get(name)?.iter().find(|&&other| other != line)?;
        Some(Refusal {
            line: other,
            reason: format!("the module binds {name} a second time"),
        })
    }

    /// The first line that binds each name.
    pub(super) fn first_lines(&self) -> HashMap<String, u32> {
        self.bound
            .iter()
            .filter_map(|(name, lines)| Some((name.clone(), *lines.iter().min()?)))
            .collect()
    }

    fn bind(&mut self, name: &str, at: impl Ranged) {
        let line = self.lines.line(at.range().start().to_usize());
        self.bound.entry(name.to_owned()).or_default().push(line);
    }
}

impl<'a> Visitor<'a> for Bindings<'_> {
    fn visit_stmt(&mut self, statement: &'a Stmt) {
        match statement {
            Stmt::FunctionDef(definition) => {
                self.bind(definition.name.as_str(), definition.name.range);
                for decorator in &definition.decorator_list {
                    self.visit_expr(&decorator.expression);
                }
                // A function may rebind module names by `global`.
                let mut globals = Globals { found: Vec::new() };
                globals.visit_body(&definition.body);
                for (name, offset) in globals.found {
                    let line = self.lines.line(offset);
                    self.bound.entry(name).or_default().push(line);
                }
            }
            Stmt::ClassDef(class) => self.bind(class.name.as_str(), class.name.range),
            _ => visitor::walk_stmt(self, statement),
        }
    }

    fn visit_expr(&mut self, expression: &'a Expr) {
        match expression {
            Expr::Name(name) if !matches!(name.ctx, ExprContext::Load) => {
                self.bind(name.id.as_str(), name.range)
            }
            Expr::Attribute(attribute) if !matches!(attribute.ctx, ExprContext::Load) => {
                if let Expr::Name(name) = &*attribute.value {
                    let line = self.lines.line(attribute.range.start().to_usize());
                    self.attributes
                        .entry(name.id.as_str().to_owned())
                        .or_insert(line);
                }
            }
            // Scopes of their own.
            Expr::Lambda(_)
            | Expr::ListComp(_)
            | Expr::SetComp(_)
            | Expr::DictComp(_)
            | Expr::Generator(_) => {}
            _ => visitor::walk_expr(self, expression),
        }
    }

    fn visit_alias(&mut self, alias: &'a Alias) {
        let name = alias.asname.as_ref().unwrap_or(&alias.name).as_str();
        self.bind(name.split('.').next().unwrap_or(name), alias.range);
    }

    fn visit_except_handler(&mut self, handler: &'a ExceptHandler) {
        let ExceptHandler::ExceptHandler(inner) = handler;
        if let Some(name) = &inner.name {
            self.bind(name.as_str(), name.range);
        }
        visitor::walk_except_handler(self, handler);
    }

    fn visit_pattern(&mut self, pattern: &'a Pattern) {
        let name = match pattern {
            Pattern::MatchAs(pattern) => pattern.name.as_ref(),
            Pattern::MatchStar(pattern) => pattern.name.as_ref(),
            Pattern::MatchMapping(pattern) => pattern.rest.as_ref(),
            _ => None,
        };
        if let Some(name) = name {
            self.bind(name.as_str(), name.range);
        }
        visitor::walk_pattern(self, pattern);
    }
}

/// Names that functions declare `global`.
struct Globals {
    found: Vec<(String, usize)>,
}

impl<'a> Visitor<'a> for Globals {
    fn visit_stmt(&mut self, statement: &'a Stmt) {
        if let Stmt::Global(global) = statement {
            let names = global.names.iter();
            self.found.extend(
                names.map(|name| (name.as_str().to_owned(), name.range.start().to_usize())),
            );
        }
        visitor::walk_stmt(self, statement);
    }
}
