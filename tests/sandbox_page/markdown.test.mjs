/** Discord's markdown: what shows, what hides, and what leaks just as it would in Discord. */

import assert from "node:assert/strict";
import { describe, test } from "node:test";

import { parse } from "../../bot/sandbox/page/markdown.js";

/** What a reader sees before revealing anything. */
function visible(nodes) {
  return nodes.map((node) => (node.type === "spoiler" ? "▮" : said(node, visible))).join("");
}

/** What a reader sees after revealing everything. */
function all(nodes) {
  return nodes.map((node) => said(node, all)).join("");
}

function said(node, inside) {
  if ("children" in node) return inside(node.children);
  if ("items" in node) return node.items.map((item) => inside(item.children)).join("\n");
  return node.text ?? `<${node.type}>`;
}

const types = (text) => parse(text).map((node) => node.type);

describe("a spoiler that holds", () => {
  const holds = [
    ["over lines and blank lines", "||a\nb\n\nc||", "▮", "a\nb\n\nc"],
    ["around formatting", "||**a** [t](https://x)||", "▮", "a t"],
    ["inside formatting", "**||a||**", "▮", "a"],
    ["with each pipe escaped", "||a \\|\\| b||", "▮", "a || b"],
    ["with a stray bar before it", "|||a||", "▮", "|a"],
    ["with a stray bar behind it", "||a|||", "▮|", "a|"],
    ["in a quote of every line", "> ||a\n> b||", "▮", "a\nb"],
    ["in a quote of all that follows", ">>> ||a\nb||", "▮", "a\nb"],
    ["twice on one line", "||a|| and ||b||", "▮ and ▮", "a and b"],
    ["behind a space after a link", "https://x.org ||a||", "https://x.org ▮", "https://x.org a"],
  ];
  for (const [name, text, before, after] of holds) {
    test(name, () => {
      assert.equal(visible(parse(text)), before);
      assert.equal(all(parse(text)), after);
    });
  }
});

describe("a spoiler that leaks in Discord leaks here", () => {
  const leaks = [
    ["at the first pair of bars", "||a || b||", "▮ b||"],
    ["with one of two bars escaped", "||a \\|| b||", "▮ b||"],
    ["from code inside it", "||x `a||b` y||", "▮b` y||"],
    ["from a fence inside it", "||x ```a||b``` y||", "▮b``` y||"],
    ["through a backtick before it", "`x ||a` b||", "x ||a b||"],
    ["out of a quote of its first line", "> ||a\nb||", "||ab||"],
    ["out of a heading of its first line", "# ||a\nb||", "||ab||"],
    ["out of a list item of its first line", "- ||a\nb||", "||ab||"],
    ["with its first bar escaped", "\\||a||", "||a||"],
    ["swallowed by a link", "https://x/||a||", "https://x/||a||"],
    ["crossed by emphasis", "*||a*||", "||a||"],
    ["never closed", "||a", "||a"],
    ["empty", "||||", "||||"],
  ];
  for (const [name, text, before] of leaks) test(name, () => assert.equal(visible(parse(text)), before));
});

describe("formatting", () => {
  test("is recognised by its marks", () => {
    assert.deepEqual(types("**a**"), ["strong"]);
    assert.deepEqual(types("*a*"), ["em"]);
    assert.deepEqual(types("_a_"), ["em"]);
    assert.deepEqual(types("__a__"), ["underline"]);
    assert.deepEqual(types("~~a~~"), ["strike"]);
    assert.deepEqual(types("`a`"), ["code"]);
  });

  test("nests", () => {
    assert.deepEqual(parse("***a***"), [
      { type: "strong", children: [{ type: "em", children: [{ type: "text", text: "a" }] }] },
    ]);
  });

  test("leaves names_with_bars and lone stars alone", () => {
    assert.deepEqual(types("names_with_bars, 2 * 3 * 4"), ["text"]);
  });

  test("does not apply to escaped marks", () => {
    assert.deepEqual(parse("\\*a\\* \\_b\\_ \\`c\\` \\~\\~d \\[e\\]"), [{ type: "text", text: "*a* _b_ `c` ~~d [e]" }]);
  });

  test("keeps a backslash before a letter", () => {
    assert.deepEqual(parse("a\\b"), [{ type: "text", text: "a\\b" }]);
  });

  test("does not apply inside code", () => {
    assert.deepEqual(parse("`**a** \\*`"), [{ type: "code", text: "**a** \\*" }]);
    assert.deepEqual(parse("``a ` b``"), [{ type: "code", text: "a ` b" }]);
    assert.deepEqual(parse("```js\nlet a;\n```"), [{ type: "fence", language: "js", text: "let a;" }]);
  });
});

describe("blocks", () => {
  test("are headings of three levels and a small one", () => {
    const levels = parse("# a\n## b\n### c\n#### d\n-# e").map((node) => node.level ?? node.type);
    assert.deepEqual(levels, [1, 2, 3, "text", "subtext"]);
  });

  test("are lists with their depth and first number", () => {
    const [bullets, numbers] = parse("- a\n  - b\n3. c");
    assert.deepEqual(
      bullets.items.map((item) => item.depth),
      [0, 1],
    );
    assert.deepEqual([numbers.ordered, numbers.start], [true, 3]);
  });

  test("follow text on the line before", () => {
    assert.deepEqual(types("a\n# b\nc\n> d\ne\n- f"), ["text", "heading", "text", "quote", "text", "list"]);
  });

  test("only begin a line", () => {
    assert.deepEqual(types("a # b > c - d"), ["text"]);
  });

  test("do not begin inside a spoiler", () => {
    assert.deepEqual(types("||a\n# b\n> c||"), ["spoiler"]);
  });
});

describe("links", () => {
  const target = (text) => parse(text).find((node) => node.type === "link")?.url;

  test("are found bare, in angle brackets and masked", () => {
    assert.equal(target("see https://example.org/a?b=c."), "https://example.org/a?b=c");
    assert.equal(target("(https://example.org/a)"), "https://example.org/a");
    assert.equal(target("<https://example.org/a.>"), "https://example.org/a.");
    assert.equal(target('[**b**](https://example.org/a_(b) "title")'), "https://example.org/a_(b)");
    assert.equal(target("[b](<https://example.org/a>)"), "https://example.org/a");
  });

  test("lead to the web only", () => {
    assert.equal(target("[a](javascript:alert(1)) <javascript:alert(1)> [b](data:text/html,x) [c](/path)"), undefined);
  });

  test("do not nest", () => {
    const [link] = parse("[https://a.example](https://b.example)");
    assert.deepEqual(link.children, [{ type: "text", text: "https://a.example" }]);
  });
});

describe("mentions", () => {
  test("name people, roles, channels, commands and everyone", () => {
    assert.deepEqual(parse("<@1><@!2><@&3><#4>@here</feeds add:5>"), [
      { type: "user", id: "1" },
      { type: "user", id: "2" },
      { type: "role", id: "3" },
      { type: "channel", id: "4" },
      { type: "everyone", text: "@here" },
      { type: "command", name: "feeds add", id: "5" },
    ]);
  });

  test("are text where they are escaped or malformed", () => {
    assert.deepEqual(types("\\<@1> <@x> <#> </a:> <t:x> me@example.org"), ["text"]);
  });

  test("can be emoji", () => {
    assert.deepEqual(parse("<a:wave:7>"), [{ type: "emoji", name: "wave", id: "7" }]);
  });
});

describe("timestamps", () => {
  test("have a style, by default f", () => {
    assert.deepEqual(parse("<t:1700000000><t:-5:R>"), [
      { type: "time", seconds: 1700000000, style: "f" },
      { type: "time", seconds: -5, style: "R" },
    ]);
    assert.deepEqual(types("<t:1:x>"), ["text"]);
  });
});

describe("whatever the text", () => {
  const hostile = [
    "`",
    "*",
    "_",
    "~~",
    "||",
    "[",
    "[](",
    "> ",
    "- ",
    "# ",
    "**a",
    "*a ",
    "\\",
    "<",
    "<t:",
    "```\n",
    "((",
    "https://(",
  ];

  test("reading ends soon", () => {
    for (const piece of hostile) {
      const began = performance.now();
      parse(piece.repeat(Math.ceil(4000 / piece.length)));
      assert.ok(performance.now() - began < 1500, `${JSON.stringify(piece)} takes too long`);
    }
  });

  test("plain words come out as they went in", () => {
    for (const text of ["", " ", "\n", "Ende gut, alles gut.", "한국어 드라마", "a\n\n\nb", "5 < 6 | 7 > 6"]) {
      assert.equal(all(parse(text)), text);
    }
  });

  test("mixed pieces never stop the reader", () => {
    let seed = 7;
    const random = (below) => (seed = (seed * 48271) % 2147483647) % below;
    for (let round = 0; round < 300; round += 1) {
      const text = Array.from(
        { length: 30 },
        () => [...hostile, "a", "\n", "||a||", "<@1>", " "][random(hostile.length + 5)],
      ).join("");
      assert.ok(Array.isArray(parse(text)));
    }
  });
});
