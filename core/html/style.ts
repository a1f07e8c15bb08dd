import { dark, font, light, properties, rem, size } from './theme.ts'

/** The style of every public page: one sheet, in the page, because a page that needs no second request also works on a bad connection. */
export const style = `
:root{color-scheme:light dark;${properties(light)}}
@media(prefers-color-scheme:dark){:root{${properties(dark)}}}
*{box-sizing:border-box}
html{-webkit-text-size-adjust:100%}
body{margin:0;background:var(--ground);color:var(--ink);font:${rem(size.text)}/1.5 ${font.page}}
.page{max-width:44rem;margin:0 auto;padding:1rem 1rem 3rem}
header{display:flex;flex-wrap:wrap;align-items:center;justify-content:space-between;gap:.5rem 1.5rem;padding:.5rem 0 1rem}
.brand{display:flex;align-items:center;gap:.6rem;font-weight:650;letter-spacing:-.01em}
.brand svg{width:1.75rem;height:1.75rem;flex:none;color:var(--accent)}
nav{display:flex;gap:.25rem}
nav a,nav span{display:block;padding:.35rem .6rem;border-radius:.4rem;font-size:${rem(size.soft)}}
nav a{color:var(--soft);text-decoration:none}
nav a:hover{color:var(--ink);text-decoration:underline}
nav span{background:var(--tint);color:var(--accent);font-weight:600}
main{background:var(--card);border:1px solid var(--line);border-radius:.9rem;padding:1.5rem 1.25rem 1.75rem}
h1{font-size:clamp(1.5rem,1.2rem + 1.6vw,2.1rem);line-height:1.15;letter-spacing:-.02em;margin:0 0 .6rem;text-wrap:balance;overflow-wrap:anywhere}
h2{font-size:1rem;margin:1.75rem 0 .6rem}
p{margin:0 0 .9rem;text-wrap:pretty}
.intro{color:var(--soft);max-width:36rem;margin-bottom:1.5rem}
.fields{display:grid;gap:1.1rem 1rem}
label{display:block;font-weight:600;font-size:${rem(size.fact)};margin-bottom:.3rem}
.hint{color:var(--soft);font-size:${rem(size.soft)};margin:.3rem 0 0}
input,select,textarea{width:100%;min-height:2.85rem;padding:.6rem .75rem;font:inherit;color:inherit;background:var(--card);border:1px solid var(--edge);border-radius:.5rem}
textarea{min-height:8rem;resize:vertical}
summary:focus-visible,input:focus-visible,select:focus-visible,textarea:focus-visible,button:focus-visible,a:focus-visible{outline:3px solid var(--accent);outline-offset:2px}
.aside{position:absolute;width:1px;height:1px;overflow:hidden;visibility:hidden}
.send{margin-top:1.5rem;display:grid;gap:.9rem}
.consent{color:var(--soft);font-size:${rem(size.soft)};margin:0}
button,.button{display:inline-block;min-height:3rem;padding:.75rem 1.5rem;border:0;border-radius:.5rem;background:var(--accent);color:var(--on);font:inherit;font-weight:650;text-align:center;text-decoration:none;cursor:pointer}
button:hover,.button:hover{background:var(--over)}
button[aria-busy]{opacity:.7;cursor:progress}
.note{background:var(--tint);border-left:.3rem solid var(--accent);border-radius:.5rem;padding:.9rem 1rem;margin:1.25rem 0 0}
.note:empty{display:none}
.note.wrong{background:none;border:1px solid var(--late);border-left-width:.3rem}
.hint.wrong{color:var(--late)}
[aria-invalid]{border-color:var(--late)}
.plain{color:var(--accent)}
.mark{width:3rem;height:3rem;color:var(--accent);margin-bottom:.75rem}
.mark.warn{color:var(--late)}
.receipt{background:var(--tint);border-radius:.6rem;padding:.9rem 1rem;margin:1.25rem 0}
.receipt b{display:block;font-size:${rem(size.soft)};font-weight:600;color:var(--soft)}
.receipt code{font:600 clamp(.8rem,3.6vw,1rem)/1.5 ${font.code};overflow-wrap:anywhere;user-select:all}
ol,ul{margin:0 0 1.5rem;padding-left:1.3rem}
.cards{list-style:none;padding:0;display:grid;gap:.75rem}
.cards li{margin:0;padding:0}
.cards a{display:block;border:1px solid var(--line);border-radius:.7rem;padding:1rem 1.15rem;color:inherit;text-decoration:none}
.cards a:hover{border-color:var(--accent);background:var(--tint)}
.cards b{display:block;color:var(--accent);margin-bottom:.2rem}
.cards span{color:var(--soft);font-size:${rem(size.fact)}}
.routes{margin:0}
.routes div{display:grid;gap:.2rem 1.5rem;padding:.8rem 0;border-top:1px solid var(--line)}
.routes code{display:block;overflow-wrap:anywhere}
.routes dd{margin:0;color:var(--soft)}
.routes small{display:inline-block;background:var(--tint);color:var(--accent);border-radius:.3rem;padding:0 .4rem;font-weight:600}
.routes i{display:block;font-style:normal;font-size:${rem(size.small)};overflow-wrap:anywhere}
.routes dd code{display:inline}
.routes i code,.call p code,.intro code{font-size:inherit}
.call{border-top:1px solid var(--line)}
.call[open]{padding-bottom:1rem}
.call summary{display:grid;gap:.1rem 1.5rem;padding:.7rem 0;cursor:pointer;list-style:none}
.call summary::-webkit-details-marker{display:none}
.call summary>code::before{content:"▸ ";color:var(--accent)}
.call[open] summary>code::before{content:"▾ "}
.call summary:hover code{color:var(--accent)}
.call summary code{overflow-wrap:anywhere}
.call summary span{color:var(--soft);font-size:${rem(size.soft)}}
.call small{background:var(--tint);color:var(--accent);border-radius:.3rem;padding:0 .4rem;font-weight:600}
.call h3{font-size:${rem(size.soft)};margin:1rem 0 .3rem}
.call .routes div{padding:.45rem 0}
.call .routes dt code{display:inline}
.jump{list-style:none;padding:0;display:flex;flex-wrap:wrap;gap:.2rem 1.1rem}
code{font-family:${font.code};font-size:${rem(size.soft)}}
li{margin:0 0 .5rem;padding-left:.25rem}
li::marker{color:var(--accent);font-weight:650}
pre{background:var(--ground);border:1px solid var(--line);border-radius:.6rem;padding:.9rem 1rem;white-space:pre-wrap;overflow-wrap:anywhere;font:${rem(size.soft)}/1.6 ${font.code}}
.facts{color:var(--soft);font-size:${rem(size.soft)};border-top:1px solid var(--line);padding-top:.9rem;margin:1.5rem 0 0;overflow-wrap:anywhere}
.facts p{margin:0 0 .25rem}
main>*{min-width:0}
@media(min-width:40rem){.page{padding:2rem 1.5rem 4rem}main{padding:2.25rem 2.5rem 2.5rem}.fields{grid-template-columns:1fr 1fr}.wide{grid-column:1/-1}.routes div{grid-template-columns:19rem 1fr}.call summary{grid-template-columns:19rem 1fr}.call .routes div{grid-template-columns:11rem 1fr}.send{grid-template-columns:1fr auto;align-items:center;gap:1.5rem}}
@media(prefers-reduced-motion:no-preference){button,.button{transition:background .15s}}
`
