// Copies the Markdown files of the repository, and what they link to, into the folder from which VitePress builds the
// site. Links between files of the repository become links between pages; a link that leads nowhere is an error.
//   node stage.mjs REPOSITORY STAGE
import { cpSync, existsSync, mkdirSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import path from 'node:path'

const [repository, stage] = process.argv.slice(2).map((folder) => path.resolve(folder))
const problems = []
const queue = []          // files of the repository that need a page
const pages = new Map()   // file of the repository -> its page, a path without extension

/// Where the page of a file stands: docs/ is the root of the site, Chinese pages are below zh/.
function pageOf(file) {
  if (!pages.has(file)) {
    let page = file.replace(/^docs\//, '')
    if (!file.endsWith('.md')) page = `source/${file}`
    else {
      page = page.replace(/(^|\/)README(?=[.])/, (_, slash) => (slash ? '' : 'readme')).replace(/\.md$/, '')
      if (page.endsWith('.zh')) page = `zh/${page.slice(0, -3)}`
    }
    pages.set(file, page)
    queue.push(file)
  }
  return pages.get(file)
}

/// The file of the repository a link leads to; a folder stands for its README in the language of the page.
function fileOf(target, from) {
  let file = path.posix.normalize(path.posix.join(path.posix.dirname(from), decodeURI(target))).replace(/\/$/, '')
  if (existsSync(path.join(repository, file)) && statSync(path.join(repository, file)).isDirectory()) {
    const chinese = `${file}/README.zh.md`
    const inChinese = from.startsWith('docs/zh/') || from.endsWith('.zh.md')
    file = inChinese && existsSync(path.join(repository, chinese)) ? chinese : `${file}/README.md`
  }
  return file
}

function rewrite(link, from) {
  if (/^([a-z]+:|#|\/)/.test(link)) return link
  const [target, anchor] = link.split('#')
  const file = fileOf(target, from)
  if (file.startsWith('..') || !existsSync(path.join(repository, file))) {
    problems.push(`${from}: the link ${link} leads nowhere`)
    return link
  }
  if (/\.(png|svg|jpg)$/.test(file)) {
    const copy = path.join(stage, 'public/files', file)
    mkdirSync(path.dirname(copy), { recursive: true })
    cpSync(path.join(repository, file), copy)
    return `/files/${file}`
  }
  return `/${pageOf(file)}${anchor === undefined ? '' : `#${anchor}`}`
}

/// Chinese is written without spaces, which the end of a line within a paragraph would become.
function withoutBreaksInChinese(text) {
  return text.replace(/([\u3001-\u303f\u4e00-\u9fff\uff01-\uff5e“”])\n(?=[\u3008-\u303f\u4e00-\u9fff\uff08“])/g, '$1')
}

/// Markdown with its links rewritten, except in code.
function withPages(text, from) {
  let inCode = false
  return text
    .split('\n')
    .map((line) => {
      if (/^\s*```/.test(line)) inCode = !inCode
      if (inCode) return line
      return line.replace(/(!?\[[^\]]*\])\(([^)\s]+)\)|`[^`]*`/g, (all, text, link) =>
        link === undefined ? all : `${text}(${rewrite(link, from)})`)
    })
    .join('\n')
}

function asCode(text, file) {
  const language = { cpp: 'cpp', h: 'cpp', py: 'python', sh: 'sh', mjs: 'js', txt: 'txt' }[file.split('.').pop()] ?? 'txt'
  return `---\neditLink: false\nsearch: false\n---\n# ${file}\n\n\`\`\`\`${language}\n${text}\n\`\`\`\`\n`
}

/// A notebook as a page: its text, and its programs without what they print.
function asPage(notebook, file) {
  const cells = JSON.parse(notebook).cells.map(({ cell_type: kind, source }) =>
    kind === 'code' ? `\`\`\`python\n${source.join('')}\n\`\`\`` : source.join(''))
  return withoutBreaksInChinese(withPages(cells.join('\n\n'), file))
}

function contentsOf(text, file) {
  if (file.endsWith('.md')) return withoutBreaksInChinese(withPages(text, file))
  return file.endsWith('.ipynb') ? asPage(text, file) : asCode(text, file)
}

rmSync(path.join(stage, 'public'), { recursive: true, force: true })
for (const file of readdirSync(path.join(repository, 'docs'), { recursive: true }).map(String))
  if (file.endsWith('.md') && !file.includes('node_modules')) pageOf(path.posix.join('docs', file))
for (const file of ['README.md', 'README.zh.md']) pageOf(file)
while (queue.length > 0) {
  const file = queue.shift()
  const text = readFileSync(path.join(repository, file), 'utf8')
  const page = path.join(stage, `${pageOf(file)}.md`)
  mkdirSync(path.dirname(page), { recursive: true })
  writeFileSync(page, contentsOf(text, file))
}
if (problems.length > 0) {
  console.error(problems.join('\n'))
  process.exit(1)
}
console.log(`${pages.size} pages`)
