/** The style sheet of the HTML report; it follows the reader's light or dark mode. */
export const STYLE = `
:root{color-scheme:light dark;--back:#fff;--text:#212529;--soft:#5c636a;--line:#dee2e6;--panel:#f6f7f9;--link:#1864ab;--good:#2b8a3e;--bad:#c92a2a}
@media(prefers-color-scheme:dark){:root{--back:#15181c;--text:#dee2e6;--soft:#9aa2aa;--line:#343a40;--panel:#1d2126;--link:#74c0fc;--good:#69db7c;--bad:#ff8787}}
*{box-sizing:border-box}
body{margin:0 auto;max-width:66rem;padding:1rem;background:var(--back);color:var(--text);font:16px/1.5 system-ui,sans-serif}
h1{font-size:1.7rem;line-height:1.2;margin:.5rem 0}
h2{font-size:1.25rem;line-height:1.3;margin:3rem 0 .25rem}
h3{font-size:1rem;margin:1.5rem 0 .25rem}
p{margin:.5rem 0}.soft{color:var(--soft);font-size:.9rem}
a{color:var(--link)}
.finding{border-left:4px solid var(--link);padding:.4rem .8rem;background:var(--panel)}
.finding details{margin:.2rem 0}.finding summary{color:inherit}
.finding .more{font-size:.9rem}.finding ul{margin:.1rem 0 .4rem;padding-left:1.6rem;font-size:.85rem;color:var(--soft)}
.scroll{overflow-x:auto}
table{border-collapse:collapse;font-size:.85rem;font-variant-numeric:tabular-nums}
th,td{padding:.2rem .6rem;text-align:right;border-bottom:1px solid var(--line);white-space:nowrap}
th:first-child,td:first-child{text-align:left}
th{color:var(--soft);font-weight:600}
.starved{color:var(--bad)}
.yes{color:var(--good)}.no{color:var(--bad)}
summary{cursor:pointer;color:var(--link)}
nav ol{padding-left:1.2rem;columns:2 20rem;column-gap:2.5rem}
.bars{display:grid;grid-template-columns:minmax(5rem,auto) 1fr;gap:.6rem .8rem;align-items:center;font-size:.85rem}
.bars b{font-weight:500;overflow-wrap:anywhere}
.bar{display:flex;align-items:center;gap:.5rem;white-space:nowrap}
.bar i{height:.8rem;flex:none}.bar i,.legend i{border:1px solid;border-radius:2px}
.legend span{display:inline-block;margin-right:1rem}.legend i{display:inline-block;width:.8rem;height:.8rem;margin-right:.3rem;vertical-align:-1px}
.u-legend{text-align:left!important;font-size:.8rem}
.u-legend .u-marker{width:1.6rem;height:0;border-width:3px 0 0!important;background:none!important}
.u-legend th{border:0;white-space:nowrap}.u-legend td{border:0;white-space:normal;text-align:left}.u-legend th::after{content:""!important}
.u-legend .u-series:first-child .u-marker{display:none}
.stacked td:nth-child(-n+3),.stacked th:nth-child(-n+3){text-align:left}
.stacked td{white-space:normal}.stacked td:nth-child(4),.stacked td:nth-child(6){white-space:nowrap}
.stacked td:nth-child(5){min-width:8rem}
@media(max-width:36rem){
.bars{grid-template-columns:1fr;gap:.2rem}.bars b{margin-top:.5rem}
table.stacked thead{display:none}
table.stacked tr{display:flex;flex-wrap:wrap;gap:0 .7rem;padding:.4rem 0;border-bottom:1px solid var(--line)}
table.stacked td{display:block;border:0;padding:0;text-align:left;white-space:normal}
table.stacked td:nth-child(2),table.stacked td:nth-child(3){flex:0 0 100%}
table.stacked td:nth-child(4)::before{content:"goal "}
table.stacked td:nth-child(6):not(:empty)::before{content:"spread "}
table.stacked td:first-child{flex:0 0 100%;font-size:.95rem}
}
`;
