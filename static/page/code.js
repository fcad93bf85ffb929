// Colours code: comments, texts, numbers and words of four languages. Twenty lines, because a library
// for it is larger than the page's own scripts together.

const words = list => new RegExp(`\\b(?:${list.trim().replaceAll(/\s+/g, '|')})\\b`).source;
const figure = /(?<![\w.])\d[\d_]*(?:\.\d+)?\b/.source;
const LANGUAGES = {
  sql: [/--.*|\/\*[^]*?\*\//, /'(?:[^']|'')*'/, figure, words(`SELECT FROM WHERE AND OR NOT IN IS NULL AS ON LEFT RIGHT INNER OUTER CROSS JOIN LATERAL UNION ALL EXISTS
    ORDER GROUP BY HAVING LIMIT OFFSET ASC DESC NULLS FIRST LAST WITH RECURSIVE MATERIALIZED DISTINCT CASE WHEN THEN ELSE END LIKE ILIKE ESCAPE BETWEEN COLLATE MATCH CAST VALUES TRUE FALSE INDEXED USING OVER PARTITION`)],
  py: [/#.*/, /"""[^]*?"""|"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'/, figure, words('from import as class def return if else elif for in not and or is with while try except raise pass None True False lambda yield')],
  js: [/\/\/.*|\/\*[^]*?\*\//, /'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*"|`[^`]*`/, figure, words('const let new function return if else for of in import from export default await async true false null undefined')],
  html: [/<!--[^]*?-->/, /"[^"]*"/, /(?!)/.source, /<\/?[\w!-]+|\/?>/.source],
};
const patterns = Object.fromEntries(Object.entries(LANGUAGES).map(([name, [remark, text, figure, word]]) =>
  [name, new RegExp(`(?<remark>${remark.source})|(?<text>${text.source})|(?<figure>${figure})|(?<word>${word})`, name === 'sql' ? 'gi' : 'g')]));

// Colour one <code>; its text stays what it is.
export function colour(code) {
  const text = code.textContent, parts = [];
  let done = 0;
  for (const match of text.matchAll(patterns[code.dataset.language] ?? /(?!)/g)) {
    const span = document.createElement('span');
    [span.className] = Object.entries(match.groups).find(([, found]) => found !== undefined);
    span.textContent = match[0];
    parts.push(text.slice(done, match.index), span);
    done = match.index + match[0].length;
  }
  code.replaceChildren(...parts, text.slice(done));
}

// Colour what a panel shows.
export const paint = panel => panel?.querySelectorAll('code[data-language]').forEach(colour);
