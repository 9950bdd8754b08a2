//! Random texts that follow the grammar: every construct of the language, with no regard to meaning.
//!
//! They exercise what depends on the form of programs alone, such as the parser and the formatter.
//! [`relayout`] gives a text other blanks and comments without touching its tokens.

use beskid_syntax::{FileId, Primitive, token_spans};

use crate::rng::Rng;

/// A text of a few items.
pub fn program(rng: &mut Rng) -> String {
    let mut generator = Generator { rng: Rng::new(rng.next()), text: String::new(), depth: 0 };
    generator.repeat(4, Generator::item);
    generator.text
}

/// The same tokens with other blanks between them and, if wanted, comments anywhere.
pub fn relayout(source: &str, rng: &mut Rng, with_comments: bool) -> String {
    let mut text = String::new();
    let mut end = 0;
    let percent = rng.below(30);
    for span in token_spans(source, FileId(0)) {
        let (start, next) = (span.start as usize, span.end as usize);
        if with_comments && rng.chance(percent) {
            text += *rng.pick(COMMENTS);
        }
        // What touched may touch again; what was apart stays apart.
        let is_apart = start > end || text.ends_with('/');
        text += if is_apart { *rng.pick(BLANKS) } else { *rng.pick(&["", "", " ", "\n"]) };
        text += &source[start..next];
        end = next;
    }
    text + *rng.pick(&["", "\n", " // end", "\n\n/* end */ "])
}

const BLANKS: &[&str] = &[" ", " ", " ", "\n", "\n\n\n", "\t", "  \r\n  "];

const COMMENTS: &[&str] = &[
    " // line \n",
    "\n// own line\n",
    "\n\n\n    // after a gap\r\n\n\n",
    " /* inline */ ",
    "/**/",
    "\n/* own */\n",
    "/* two\n   lines */",
    "\n  /*\n   * stars\n     * and more\n */ ",
    "\n/// doc  \n",
    " /// doc\n",
    "\n//// no doc\n",
    " /* a */ // b\n",
];

/// Constructs that are nested deeper are the simplest of their kind.
const DEPTH: usize = 7;

/// In a text of more bytes, all further constructs are the simplest of their kind.
const SIZE: usize = 3000;

struct Generator {
    rng: Rng,
    text: String,
    /// How deep the current construct is nested; deep ones are kept simple.
    depth: usize,
}

type Rule = fn(&mut Generator);

impl Generator {
    /// Adds tokens, with a blank behind them.
    fn put(&mut self, text: &str) {
        self.text += text;
        self.text.push(' ');
    }

    fn any(&mut self, choices: &[&str]) {
        let choice = *self.rng.pick(choices);
        self.put(choice);
    }

    /// A construct that may be left out.
    fn maybe(&mut self, rule: Rule) {
        if self.rng.chance(35) {
            rule(self);
        }
    }

    fn repeat(&mut self, most: usize, rule: Rule) {
        for _ in 0..self.rng.below(most + 1) {
            rule(self);
        }
    }

    /// One of the rules, the first of which must be simple.
    fn one_of(&mut self, rules: &[Rule]) {
        self.depth += 1;
        let is_simple = self.depth > DEPTH || self.text.len() > SIZE;
        let rule = if is_simple { rules[0] } else { *self.rng.pick(rules) };
        rule(self);
        self.depth -= 1;
    }

    /// A comma list; sometimes with a comma at the end.
    fn list(&mut self, least: usize, rule: Rule) {
        let long = self.rng.chance(10);
        let count = least + self.rng.below(if long { 12 } else { 4 });
        for index in 0..count {
            if index > 0 {
                self.put(",");
            }
            rule(self);
        }
        if count > 0 && self.rng.chance(30) {
            self.put(",");
        }
    }

    fn parens(&mut self, rule: Rule) {
        self.put("(");
        self.list(0, rule);
        self.put(")");
    }

    fn name(&mut self) {
        self.any(&["a", "b", "value", "Point", "as", "aRatherLongNameForAThing", "__x", "Core"]);
    }

    /// The name of an item, which does not begin with two underscores.
    fn item_name(&mut self) {
        self.any(&["main", "Shape", "f", "AnItemWithALongName"]);
    }

    fn path(&mut self) {
        self.name();
        for _ in 0..self.rng.below(3) {
            self.put(".");
            self.name();
        }
    }

    fn type_path(&mut self) {
        self.name();
        self.maybe(Self::type_args);
        if self.rng.chance(20) {
            self.put(".");
            self.name();
        }
    }

    fn type_args(&mut self) {
        self.put("<");
        self.list(1, Self::ty);
        self.put(">");
    }

    fn primitive(&mut self) {
        let primitive = *self.rng.pick(Primitive::ALL);
        self.put(primitive.name());
    }

    fn ty(&mut self) {
        self.one_of(&[
            Self::primitive,
            Self::type_path,
            |it| {
                it.primitive();
                it.put("[]");
            },
            |it| {
                it.type_path();
                it.parens(Self::ty);
            },
            |it| {
                it.parens(Self::ty);
                it.any(&["=>", "->"]);
                it.ty();
            },
        ]);
    }

    fn item(&mut self) {
        self.declaration_head();
        self.one_of(&[
            |it| {
                it.put("use");
                it.path();
                it.maybe(|it| {
                    it.put("as");
                    it.item_name();
                });
                it.put(";");
            },
            Self::function,
            Self::function,
            Self::type_def,
            Self::enum_def,
            Self::contract_def,
            Self::impl_block,
            Self::test_def,
            Self::attribute_def,
            |it| {
                it.put("mod");
                it.item_name();
                it.put(";");
            },
            |it| {
                it.put("mod");
                it.item_name();
                it.put("{");
                it.repeat(2, Self::item);
                it.put("}");
            },
        ]);
        self.text.push('\n');
    }

    fn declaration_head(&mut self) {
        if self.rng.chance(20) {
            self.text += "\n/// What it is.\n";
        }
        self.maybe(Self::attribute);
        self.maybe(|it| it.put("pub"));
    }

    fn attribute(&mut self) {
        self.put("[");
        self.item_name();
        self.maybe(|it| {
            it.parens(|it| {
                it.name();
                it.put(":");
                it.expr();
            });
        });
        self.put("]");
    }

    fn generics(&mut self) {
        self.put("<");
        self.list(1, |it| {
            it.name();
            it.maybe(|it| {
                it.put(":");
                it.type_path();
                it.maybe(|it| {
                    it.put("+");
                    it.type_path();
                });
            });
        });
        self.put(">");
    }

    fn params(&mut self) {
        self.parens(|it| {
            if it.rng.chance(5) {
                it.text += "\n/// About it.\n";
            }
            if it.rng.chance(5) {
                it.attribute();
            }
            it.maybe(|it| it.any(&["ref", "out"]));
            it.maybe(|it| it.put("mut"));
            it.ty();
            it.name();
        });
    }

    fn function(&mut self) {
        self.ty();
        self.item_name();
        self.maybe(Self::generics);
        self.params();
        if self.rng.chance(60) {
            self.block();
        } else {
            self.put("=>");
            self.expr();
            self.put(";");
        }
    }

    fn promised(&mut self) {
        self.put(":");
        self.type_path();
        self.maybe(|it| {
            it.put(",");
            it.type_path();
        });
        if self.rng.chance(20) {
            self.put(",");
        }
    }

    fn type_def(&mut self) {
        self.put("type");
        self.item_name();
        self.maybe(Self::generics);
        self.maybe(Self::promised);
        self.put("{");
        self.repeat(4, |it| {
            it.declaration_head();
            it.one_of(&[
                |it| {
                    it.ty();
                    it.name();
                },
                |it| {
                    it.put("event");
                    it.maybe(|it| it.put("{4}"));
                    it.name();
                    it.params();
                },
                Self::function,
            ]);
            it.any(&[",", ";"]);
        });
        self.put("}");
    }

    fn enum_def(&mut self) {
        self.put("enum");
        self.item_name();
        self.maybe(Self::generics);
        self.maybe(Self::promised);
        self.put("{");
        self.repeat(5, |it| {
            it.maybe(Self::attribute);
            it.item_name();
            it.maybe(|it| {
                it.parens(|it| {
                    it.ty();
                    it.maybe(Self::name);
                });
            });
            it.any(&[",", ";", ","]);
        });
        self.put("}");
    }

    fn contract_def(&mut self) {
        self.put("contract");
        self.item_name();
        self.maybe(Self::generics);
        self.put("{");
        self.repeat(4, |it| {
            if it.rng.chance(30) {
                it.type_path();
            } else {
                it.ty();
                it.item_name();
                it.params();
            }
            it.put(";");
        });
        self.put("}");
    }

    fn impl_block(&mut self) {
        self.put("impl");
        self.maybe(Self::generics);
        self.type_path();
        self.put("{");
        self.repeat(3, |it| {
            it.declaration_head();
            it.function();
        });
        self.put("}");
    }

    fn test_def(&mut self) {
        self.put("test");
        self.item_name();
        self.put("{");
        self.repeat(5, |it| {
            if it.rng.chance(30) {
                it.any(&["meta", "skip"]);
                it.put("{");
                it.repeat(3, |it| {
                    it.name();
                    it.put("=");
                    it.expr();
                    it.put(";");
                });
                it.put("}");
            } else {
                it.statement();
            }
        });
        self.put("}");
    }

    fn attribute_def(&mut self) {
        self.put("attribute");
        self.item_name();
        self.maybe(|it| it.parens(Self::item_name));
        self.put("{");
        self.list(0, |it| {
            it.name();
            it.put(":");
            it.ty();
            it.maybe(|it| {
                it.put("=");
                it.expr();
            });
        });
        self.put("}");
    }

    fn block(&mut self) {
        self.put("{");
        let most = if self.depth > 5 { 1 } else { 4 };
        self.repeat(most, Self::statement);
        self.put("}");
    }

    fn statement(&mut self) {
        self.one_of(&[
            |it| it.any(&["break;", "continue;", "return;", "f();", "x += 1;", "use a.b;"]),
            Self::local,
            Self::local,
            |it| {
                it.put("return");
                it.expr();
                it.put(";");
            },
            |it| {
                it.put("f(a).b =");
                it.expr();
                it.put(";");
            },
            Self::if_statement,
            |it| {
                it.put("while");
                it.head();
                it.block();
                it.maybe(|it| it.put(";"));
            },
            |it| {
                it.put("for");
                it.any(&["i", "_"]);
                it.put("in");
                it.head();
                it.block();
            },
            |it| {
                it.match_expr();
                it.maybe(|it| it.put(";"));
            },
            Self::block,
        ]);
    }

    fn local(&mut self) {
        if self.rng.chance(40) {
            self.put("let");
            self.maybe(|it| it.put("mut"));
            self.any(&["x", "_"]);
            self.maybe(|it| {
                it.put(":");
                it.ty();
            });
        } else {
            self.maybe(|it| it.put("mut"));
            self.ty();
            self.maybe(|it| it.put("mut"));
            self.put("x");
        }
        self.put("=");
        self.expr();
        self.put(";");
    }

    fn if_statement(&mut self) {
        self.put("if");
        self.head();
        self.block();
        while self.rng.chance(30) {
            self.put("else if");
            self.head();
            self.block();
        }
        self.maybe(|it| {
            it.put("else");
            it.block();
        });
    }

    /// The condition of a statement, in which a struct literal would have to stand in parentheses.
    fn head(&mut self) {
        self.one_of(&[
            |it| it.any(&["ok", "x > 1", "a && b || c", "aRatherLongName == anotherLongName"]),
            |it| {
                it.put("(");
                it.expr();
                it.put(")");
            },
            |it| {
                it.put("f(");
                it.expr();
                it.put(")");
                it.put("&& aRatherLongCondition(ofSomeValue) && anotherRatherLongCondition");
            },
        ]);
    }

    fn expr(&mut self) {
        self.one_of(&[
            Self::literal,
            Self::literal,
            Self::name,
            Self::name,
            Self::postfix,
            Self::postfix,
            Self::operators,
            Self::operators,
            Self::lambda,
            |it| {
                it.any(&["-", "!", "- -"]);
                it.primary();
            },
            |it| {
                it.primary();
                it.any(&["=", "+=", "*="]);
                it.expr();
            },
            |it| {
                it.put("spawn f");
                it.parens(Self::expr);
            },
        ]);
    }

    fn literal(&mut self) {
        self.any(&[
            "1",
            "0xff_u8",
            "2.5e-3",
            "true",
            "'c'",
            "\"text\"",
            "\"two\nlines\"",
            "\"a string that is long enough to make a line too long, together with others\"",
            "()",
            "this",
        ]);
    }

    fn primary(&mut self) {
        self.one_of(&[
            Self::name,
            |it| {
                it.put("(");
                it.expr();
                it.put(")");
            },
            |it| {
                it.put("[");
                it.list(0, Self::expr);
                it.put("]");
            },
            |it| {
                it.type_path();
                it.put("::");
                it.item_name();
                it.maybe(|it| it.parens(Self::expr));
            },
            |it| {
                it.type_path();
                it.put("{");
                it.list(0, |it| {
                    it.name();
                    it.put(":");
                    it.expr();
                });
                it.put("}");
            },
            Self::match_expr,
            Self::interpolated,
        ]);
    }

    fn interpolated(&mut self) {
        self.text += "\"text ${";
        for _ in 0..self.rng.below(3) {
            self.expr();
            self.text += "} and ${";
        }
        self.expr();
        self.put("}\"");
    }

    fn postfix(&mut self) {
        self.primary();
        for _ in 0..self.rng.below(5) {
            self.one_of(&[
                |it| {
                    it.put(".");
                    it.name();
                },
                |it| {
                    it.put(".");
                    it.name();
                    it.parens(|it| {
                        it.maybe(|it| it.any(&["ref", "out"]));
                        it.expr();
                    });
                },
                Self::arguments,
                |it| {
                    it.put("[");
                    it.expr();
                    it.put("]");
                },
                |it| it.put("?"),
                |it| {
                    it.put(".f");
                    it.type_args();
                    it.arguments();
                },
            ]);
        }
    }

    fn arguments(&mut self) {
        self.parens(Self::expr);
    }

    fn operators(&mut self) {
        self.postfix();
        for _ in 0..=self.rng.below(4) {
            self.any(&["+", "-", "*", "/", "%", "==", "!=", "===", "!==", "<=", ">", "&&", "||"]);
            self.postfix();
        }
    }

    fn lambda(&mut self) {
        if self.rng.chance(40) {
            self.any(&["x", "_"]);
        } else {
            self.parens(|it| {
                if it.rng.chance(50) {
                    it.maybe(|it| it.put("mut"));
                    it.ty();
                }
                it.any(&["x", "y", "_"]);
            });
        }
        self.put("=>");
        if self.rng.chance(50) { self.block() } else { self.expr() }
    }

    fn match_expr(&mut self) {
        self.put("match");
        self.head();
        self.put("{");
        self.list(0, |it| {
            it.pattern();
            it.maybe(|it| {
                it.put("when");
                it.postfix();
            });
            it.put("=>");
            if it.rng.chance(20) { it.block() } else { it.expr() }
        });
        self.put("}");
    }

    fn pattern(&mut self) {
        self.one_of(&[
            |it| it.any(&["_", "x", "1", "-1", "- 2.5", "'c'", "\"s\"", "true"]),
            |it| {
                it.type_path();
                it.put("::");
                it.item_name();
                it.maybe(|it| it.parens(Self::pattern));
            },
        ]);
    }
}
