// The documentation site: English at the root, Chinese below /zh/. Everything it needs is in its own files.
import { defineConfig } from 'vitepress'

const reference = (text) => ({ text, link: '/reference/index.html', target: '_self' })

const english = {
  nav: [
    { text: 'Tutorial', link: '/tutorial' },
    { text: 'Examples', link: '/examples' },
    reference('Reference'),
  ],
  sidebar: [
    {
      text: 'Learn',
      items: [
        { text: 'What Linnet is', link: '/readme' },
        { text: 'Your first neural network', link: '/tutorial' },
        { text: 'Examples', link: '/examples' },
        { text: 'From Python', link: '/python' },
        { text: 'In both languages', link: '/python_and_cpp' },
        { text: 'Searching for hyper-parameters', link: '/tuning' },
        { text: 'Conventions', link: '/conventions' },
        { text: 'Keras, and not', link: '/keras' },
        { text: 'Performance', link: '/performance' },
        { text: 'Compatibility', link: '/compatibility' },
      ],
    },
    {
      text: 'Build on it',
      items: [
        { text: 'Architecture', link: '/architecture' },
        { text: 'Add an operation', link: '/add_an_op' },
        { text: 'Add a layer', link: '/add_a_layer' },
        reference('Reference'),
      ],
    },
    {
      text: 'Notes',
      collapsed: true,
      items: [
        { text: 'Threads', link: '/notes/threads' },
        { text: 'Matrix products', link: '/notes/matmul' },
        { text: 'Convolution', link: '/notes/convolution' },
        { text: 'Recurrence', link: '/notes/recurrence' },
        { text: 'Attention', link: '/notes/attention' },
        { text: 'Mixed precision', link: '/notes/mixed_precision' },
        { text: 'Texts', link: '/notes/texts' },
        { text: 'Other processors', link: '/notes/portability' },
        { text: 'How a command starts', link: '/notes/start_up' },
        { text: 'The model file', link: '/notes/file_format' },
        { text: 'HDF5 files', link: '/notes/hdf5' },
      ],
    },
  ],
}

const chinese = {
  nav: [
    { text: '教程', link: '/zh/tutorial' },
    { text: '示例', link: '/zh/examples' },
    reference('接口参考（英文）'),
  ],
  sidebar: [
    {
      text: '入门',
      items: [
        { text: 'Linnet 是什么', link: '/zh/readme' },
        { text: '你的第一个神经网络', link: '/zh/tutorial' },
        { text: '示例程序', link: '/zh/examples' },
        { text: '在 Python 中使用', link: '/zh/python' },
        { text: '两种语言对照', link: '/zh/python_and_cpp' },
        { text: '搜索超参数', link: '/zh/tuning' },
        { text: '约定', link: '/zh/conventions' },
        { text: '与 Keras 的异同', link: '/zh/keras' },
        { text: '性能', link: '/zh/performance' },
        { text: '兼容性', link: '/zh/compatibility' },
      ],
    },
    {
      text: '进一步',
      items: [
        { text: '整体结构', link: '/zh/architecture' },
        { text: '添加一种运算', link: '/zh/add_an_op' },
        { text: '添加一种层', link: '/zh/add_a_layer' },
        reference('接口参考（英文）'),
      ],
    },
  ],
  outline: { label: '本页内容', level: [2, 3] },
  docFooter: { prev: '上一页', next: '下一页' },
  darkModeSwitchLabel: '深色模式',
  lightModeSwitchTitle: '切换到浅色模式',
  darkModeSwitchTitle: '切换到深色模式',
  sidebarMenuLabel: '目录',
  returnToTopLabel: '回到顶部',
  langMenuLabel: '切换语言',
  notFound: { title: '没有这一页', quote: '', linkText: '回到首页', linkLabel: '回到首页' },
}

const searchInChinese = {
  translations: {
    button: { buttonText: '搜索', buttonAriaLabel: '搜索' },
    modal: {
      displayDetails: '显示详细列表',
      resetButtonTitle: '清除',
      backButtonTitle: '关闭',
      noResultsText: '没有找到',
      footer: { selectText: '选择', navigateText: '切换', closeText: '关闭' },
    },
  },
}

// Room for a line of the tables that the programs print; where a table holds two programs, for both of them.
const style = `
:root { --vp-code-block-font-size: 13px }
.VPDoc.has-aside .content-container { max-width: 800px !important }
.vp-doc div[class*="language-"] code { font-size: 13px }
.VPDoc:has(td pre) .aside { display: none !important }
.VPDoc:has(td pre) :is(.container, .content, .content-container) { max-width: 1400px !important }
.vp-doc table:has(td pre) { display: table; table-layout: fixed; width: 100% }
.vp-doc td:has(pre) { padding: 0; vertical-align: top; background: var(--vp-code-block-bg) }
.vp-doc td div[class*="language-"] { margin: 0 }
.vp-doc td pre { padding: 12px 0 !important; white-space: pre-wrap !important }
.vp-doc td div[class*="language-"] code { padding: 0 12px !important; width: auto !important; white-space: pre-wrap !important; font-size: 12px; line-height: 1.5 }
`

export default defineConfig({
  title: 'Linnet',
  srcDir: '.',
  outDir: process.env.LINNET_SITE ?? '../site',
  cacheDir: './cache',
  lastUpdated: false,
  head: [['style', {}, style]],
  markdown: {
    math: true,
    // Braces in code are the code's, not a template's.
    config: (md) => {
      const code = md.renderer.rules.code_inline
      md.renderer.rules.code_inline = (tokens, i, ...rest) => {
        tokens[i].attrSet('v-pre', '')
        return code(tokens, i, ...rest)
      }
    },
  },
  locales: {
    root: { label: 'English', lang: 'en', description: "Deep learning in C++20, with Keras's words", themeConfig: english },
    zh: { label: '简体中文', lang: 'zh-CN', link: '/zh/', description: '用 C++20 写的深度学习框架，用法和 Keras 一样', themeConfig: chinese },
  },
  themeConfig: {
    outline: { level: [2, 3] },
    search: {
      provider: 'local',
      options: {
        locales: { zh: searchInChinese },
        miniSearch: {
          options: {
            // Words, in Chinese as well, where no spaces tell them apart. (The page runs this function, too.)
            tokenize: (text) =>
              [...new Intl.Segmenter('zh', { granularity: 'word' }).segment(text)]
                .filter((part) => part.isWordLike)
                .flatMap((part) => part.segment.split(/[._:']+/)),
          },
          searchOptions: { combineWith: 'AND' },
        },
      },
    },
  },
})
