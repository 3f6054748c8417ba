import { DARK, LIGHT, PLOT_STYLE, variables } from "../charts/colors.ts";

/** The style sheet of the HTML report; it follows the reader's light or dark mode. */
export const STYLE = `
:root{color-scheme:light dark;${variables(LIGHT)}}
@media(prefers-color-scheme:dark){:root{${variables(DARK)}}}
*{box-sizing:border-box}
body{margin:0 auto;max-width:74rem;padding:1.25rem 1.25rem 4rem;background:var(--back);color:var(--text);font:16px/1.5 system-ui,-apple-system,"Segoe UI",sans-serif}
h1{font-size:1.9rem;line-height:1.15;margin:0;letter-spacing:-.015em}
h2{font-size:1.35rem;line-height:1.25;margin:0 0 .6rem}
h4{font-size:.95rem;margin:1.25rem 0 .25rem}
p{margin:.4rem 0}a{color:var(--link)}
.soft,.lead-in+.soft{color:var(--soft);font-size:.875rem}
.lead-in{font-size:1.1rem;margin:.35rem 0 .1rem;max-width:48rem}
.headline{font-size:1.3rem;line-height:1.25;font-weight:650;margin:.1rem 0;letter-spacing:-.01em;text-wrap:balance}
.nuance{color:var(--soft);margin:.15rem 0 .25rem}
.cover{display:grid;grid-template-columns:repeat(3,minmax(0,1fr));gap:1.25rem;margin:1.1rem 0 2rem}
.cover article{background:var(--panel);border-radius:.6rem;padding:.9rem 1rem .7rem;display:flex;flex-direction:column;min-width:0}
.cover .headline{font-size:1.12rem}.cover .nuance{font-size:.875rem}.cover figure{margin:0;padding-top:.6rem;flex:1;display:flex;flex-direction:column}.cover .frame{margin-top:auto}.cover .bars{flex:1;align-content:space-evenly}.cover .wide{display:none}
.kicker{font-size:.78rem;margin:0 0 .15rem}.kicker a{color:var(--soft);text-decoration:none;font-weight:600}.kicker a:hover{text-decoration:underline}
.advice table{width:100%;font-size:.95rem}.advice th,.advice td{white-space:normal;text-align:left;vertical-align:top;padding:.5rem .9rem .5rem 0}
.advice tbody th{color:var(--text);font-weight:400;width:34%}.advice td:nth-child(2){width:20%}
nav{margin:2.5rem 0 0}nav ol{margin:0;padding-left:1.5rem;columns:3 18rem;column-gap:2rem;font-size:.95rem}nav li{break-inside:avoid;padding:.1rem 0}
main>section:not(.advice){margin:3.25rem 0 0;scroll-margin-top:1rem}
main>section:not(.advice)>h2{font-size:.95rem;font-weight:600;color:var(--soft);margin:0}
footer{margin-top:4rem;border-top:1px solid var(--line);padding-top:1.5rem}
figure{margin:.9rem 0 .4rem}figcaption{font-size:.85rem;margin-bottom:.5rem}figcaption span{color:var(--soft)}
.frame{display:grid;grid-template-columns:3.9rem minmax(0,1fr) 16px minmax(0,9.2rem);grid-template-rows:var(--height) 1.35rem 1.3rem;font-size:.75rem;line-height:1}
.cover .frame{grid-template-columns:3.4rem minmax(0,1fr) 16px minmax(0,6.3rem)}
.ys,.labels,.xs{position:relative}.ys span,.labels span,.xs span{position:absolute;white-space:nowrap}
.ys span{right:.45rem;transform:translateY(-50%);color:var(--soft)}
.labels span{left:.3rem;transform:translateY(-50%);color:var(--c);font-weight:550;max-width:100%;overflow:hidden;text-overflow:ellipsis;line-height:1.2}
.labels .h0{font-weight:400}
.plot{position:relative;grid-column:2;outline-offset:2px;touch-action:pan-y}.plot svg{display:block;width:100%;height:var(--height);overflow:visible}
.leads{overflow:visible}
.xs{grid-column:2;grid-row:2}.xs span{top:.5rem;transform:translateX(-50%);color:var(--soft)}
.xname{grid-column:2;grid-row:3;text-align:center;color:var(--soft);padding-top:.25rem}
${PLOT_STYLE}
.pointing .s:not(.on){opacity:.25}.pointing .labels span:not(.on){opacity:.35}
.s.h0.on path{--l:var(--text)}.labels .h0.on{color:var(--text)}
.cursor{position:absolute;top:0;bottom:0;width:1px;background:var(--soft);pointer-events:none}
.tip{position:absolute;z-index:2;top:0;padding:.45rem .6rem;border:1px solid var(--line);border-radius:.4rem;background:var(--back);box-shadow:0 4px 14px #0003;font-size:.75rem;line-height:1.35;pointer-events:none;white-space:nowrap}
.tip b{display:block;margin-bottom:.2rem}.tip table{font-size:inherit}.tip td{padding:0 .6rem 0 0;border:0}.tip td:first-child{color:var(--c)}.tip .on td{font-weight:700}
.bars{display:grid;grid-template-columns:minmax(6rem,auto) minmax(0,1fr);gap:.3rem .8rem;align-items:center;font-size:.8rem;line-height:1.25}
.bars.named{gap:.7rem .8rem}.bars b{font-weight:500;overflow-wrap:anywhere;text-align:right}
.cover .bars{font-size:.75rem;gap:.22rem .6rem;grid-template-columns:minmax(5rem,auto) minmax(0,1fr)}
.bar{--room:7rem;display:flex;gap:.5rem;align-items:center}.bar>span{position:relative;height:.8rem;flex:none;width:calc((100% - var(--room))*var(--share))}
.named .bar{--room:14rem}.cover .bar{--room:5rem}
.bar i{position:absolute;inset:0 auto 0 0;background:var(--l,var(--c));border:1.5px solid var(--l,var(--c));border-radius:0 2px 2px 0}
.bar i.dashed,.bar i.dotted{background:color-mix(in srgb,var(--c) 14%,transparent);border-style:dashed}.bar i.dotted{border-style:dotted}
.bar s{position:absolute;top:calc(50% - .75px);height:1.5px;background:var(--text);opacity:.75}.bar s.cut::after{content:"";position:absolute;right:0;top:-3.25px;border:solid transparent;border-width:4px 0 4px 6px;border-left-color:var(--text)}.bar em{font-style:normal;white-space:nowrap;font-variant-numeric:tabular-nums}
.scroll{overflow-x:auto}
table{border-collapse:collapse;font-size:.82rem;font-variant-numeric:tabular-nums}
th,td{padding:.25rem .7rem;text-align:right;border-bottom:1px solid var(--line);white-space:nowrap;vertical-align:top}
th:first-child,td:first-child{text-align:left;padding-left:0}th{color:var(--soft);font-weight:600}
td small{display:block;color:var(--soft);font-size:.72rem}
.yes{color:var(--good)}.no{color:var(--bad)}
summary{cursor:pointer;color:var(--link);padding:.15rem 0}summary:focus-visible,.plot:focus-visible,a:focus-visible{outline:2px solid var(--link);border-radius:.2rem}
details{font-size:.9rem}details ul{margin:.1rem 0 .5rem;padding-left:1.3rem;color:var(--soft);overflow-wrap:anywhere}
footer details{margin:.2rem 0}
.stacked td:nth-child(-n+3),.stacked th:nth-child(-n+3){text-align:left}.stacked td{white-space:normal}
.stacked td:nth-child(4),.stacked td:nth-child(6){white-space:nowrap}.stacked td:nth-child(5){min-width:8rem}
@media(max-width:64rem){.cover{grid-template-columns:minmax(0,1fr)}.cover .headline{font-size:1.25rem}.cover .frame{grid-template-columns:3.9rem minmax(0,1fr) 16px minmax(0,8rem)}.cover .bar{--room:7rem}}
@media(max-width:36rem){
body{padding:1rem 1rem 3rem}h1{font-size:1.5rem}.headline{font-size:1.15rem}.cover article{padding:.8rem .75rem}
.frame,.cover .frame{grid-template-columns:3.1rem minmax(0,1fr) 10px minmax(0,8rem)}.labels{font-size:.7rem;letter-spacing:-.01em}.wide{display:none}
.bars,.cover .bars{grid-template-columns:minmax(0,7rem) minmax(0,1fr)}.bar,.cover .bar{--room:6.2rem;gap:.4rem}
.bars.named{grid-template-columns:minmax(0,1fr);gap:.2rem}.bars.named b{margin-top:.6rem;text-align:left}.named .bar{--room:13rem}
.advice thead{display:none}.advice tr{display:block;padding:.55rem 0;border-bottom:1px solid var(--line)}.advice tbody th,.advice tbody td{display:block;width:auto;border:0;padding:0}.advice tbody th{color:var(--soft);font-size:.875rem}.advice td:nth-child(2){width:auto}
table.stacked thead{display:none}
table.stacked tr{display:flex;flex-wrap:wrap;gap:0 .7rem;padding:.4rem 0;border-bottom:1px solid var(--line)}
table.stacked td{display:block;border:0;padding:0;text-align:left;white-space:normal}
table.stacked td:nth-child(2),table.stacked td:nth-child(3){flex:0 0 100%}
table.stacked td:nth-child(4)::before{content:"goal "}table.stacked td:nth-child(6):not(:empty)::before{content:"spread "}
table.stacked td:first-child{flex:0 0 100%;font-size:.95rem}
}
@media print{
:root{${variables(LIGHT)}}body{max-width:none;padding:0;font-size:11pt}nav,#raw{display:none}
*{-webkit-print-color-adjust:exact;print-color-adjust:exact}section,article,figure,tr{break-inside:avoid}h4,summary{break-after:avoid}.scroll{overflow:visible}table{font-size:.6rem}td small{font-size:.5rem}th,td,.stacked td{white-space:normal;padding:.15rem .3rem}.advice table{font-size:.8rem}main>section:not(.advice){margin-top:1.5rem}a{color:inherit;text-decoration:none}
details:not([open]){display:none}
}
`;
