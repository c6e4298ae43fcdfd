//! Which names a module's top level binds, and where: a function moves only where its name means it and nothing else.

use std::collections::HashMap;

use ruff_python_ast::visitor::{self, Visitor};
use ruff_python_ast::{ExceptHandler, Expr, ExprContext, Pattern, Stmt};
use ruff_text_size::Ranged;

use super::{Lines, Refusal};

/// One place at module level that gives a name its meaning.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Binding {
    /// The line.
    pub(crate) line: u32,
    /// What the name means from there on.
    pub(crate) what: Bound,
}

/// What a name is bound to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Bound {
    /// `f = lambda: …`
    Lambda,
    /// `class f: …`
    Class,
    /// `from module import name as f`
    Import {
        /// The module.
        module: ImportedModule,
        /// The name in there.
        name: String,
    },
    /// `import f`
    Module,
    /// `f = expression`, as written and on one line.
    Value(String),
    /// `def f`, a loop's variable, a deletion and all else.
    Other,
}

/// A module as an import statement names it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ImportedModule {
    /// How many dots stand in front.
    dots: u32,
    /// What stands behind them.
    path: String,
}

impl ImportedModule {
    /// Its full name, where the module that holds the statement is called `inside`.
    ///
    /// A package's own `__init__` is one level higher than its name tells; nobody imports functions there to define them.
    pub(crate) fn resolve(&self, inside: &str) -> String {
        if self.dots == 0 {
            return self.path.clone();
        }
        let parts: Vec<_> = inside.split('.').collect();
        let kept = parts.len().saturating_sub(self.dots as usize);
        let path = Some(self.path.as_str()).filter(|path| !path.is_empty());
        let all: Vec<_> = parts[..kept].iter().copied().chain(path).collect();
        all.join(".")
    }
}

/// The lines that bind, delete or decorate each name at module level.
pub(super) struct Bindings<'a> {
    text: &'a str,
    lines: &'a Lines,
    bound: HashMap<String, Vec<Binding>>,
    attributes: HashMap<String, u32>,
    generates: Option<u32>,
}

impl<'a> Bindings<'a> {
    pub(super) fn of(body: &[Stmt], text: &'a str, lines: &'a Lines) -> Self {
        let mut bindings = Self {
            text,
            lines,
            bound: HashMap::new(),
            attributes: HashMap::new(),
            generates: None,
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
        let places = self.bound.get(name)?;
        let other = places.iter().find(|other| other.line != line)?;
        Some(Refusal {
            line: other.line,
            reason: format!("the module binds {name} a second time"),
        })
    }

    /// The first place that binds each name.
    pub(super) fn first(&self) -> HashMap<String, Binding> {
        self.bound
            .iter()
            .filter_map(|(name, places)| {
                let first = places.iter().min_by_key(|place| place.line)?;
                Some((name.clone(), first.clone()))
            })
            .collect()
    }

    /// The first line that may bind names unseen.
    pub(super) fn generates(&self) -> Option<u32> {
        self.generates
    }

    fn bind(&mut self, name: &str, at: impl Ranged) {
        self.bind_to(name, at, Bound::Other);
    }

    fn bind_to(&mut self, name: &str, at: impl Ranged, what: Bound) {
        let line = self.lines.line(at.range().start().to_usize());
        let places = self.bound.entry(name.to_owned()).or_default();
        // An assignment is met twice: as a whole, with what it assigns, and as the name by itself.
        if what != Bound::Other || places.iter().all(|place| place.line != line) {
            places.push(Binding { line, what });
        }
    }

    /// What a name means that an expression is assigned to.
    fn value(&self, expression: &Expr) -> Bound {
        const LONGEST: usize = 60;
        if matches!(expression, Expr::Lambda(_)) {
            return Bound::Lambda;
        }
        let text = &self.text[expression.range()];
        let first = text.lines().next().unwrap_or_default();
        let short: String = first.chars().take(LONGEST).collect();
        let end = if short.len() < text.len() { "…" } else { "" };
        Bound::Value(format!("{short}{end}"))
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
                    let what = Bound::Other;
                    let places = self.bound.entry(name).or_default();
                    places.push(Binding { line, what });
                }
            }
            Stmt::ClassDef(class) => {
                self.bind_to(class.name.as_str(), class.name.range, Bound::Class);
            }
            Stmt::Assign(assign) => {
                if let [Expr::Name(name)] = assign.targets.as_slice() {
                    let what = self.value(&assign.value);
                    self.bind_to(name.id.as_str(), name.range, what);
                }
                visitor::walk_stmt(self, statement);
            }
            Stmt::ImportFrom(import) => {
                for alias in &import.names {
                    let name = alias.asname.as_ref().unwrap_or(&alias.name).as_str();
                    let module = ImportedModule {
                        dots: import.level,
                        path: import
                            .module
                            .as_ref()
                            .map(ToString::to_string)
                            .unwrap_or_default(),
                    };
                    let original = alias.name.to_string();
                    let what = Bound::Import {
                        module,
                        name: original,
                    };
                    self.bind_to(name, alias.range, what);
                }
            }
            Stmt::Import(import) => {
                for alias in &import.names {
                    let name = alias.asname.as_ref().unwrap_or(&alias.name).as_str();
                    let name = name.split('.').next().unwrap_or(name);
                    self.bind_to(name, alias.range, Bound::Module);
                }
            }
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
            Expr::Call(call) => {
                if let Expr::Name(name) = &*call.func
                    && ["exec", "setattr", "globals", "vars"].contains(&name.id.as_str())
                {
                    let line = self.lines.line(call.range().start().to_usize());
                    self.generates.get_or_insert(line);
                }
                visitor::walk_expr(self, expression);
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
