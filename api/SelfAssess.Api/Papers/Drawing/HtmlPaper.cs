using System.Globalization;
using System.Net;
using System.Text;
using SelfAssess.Api.Charts.Drawing;
using SelfAssess.Api.Papers.Content;

namespace SelfAssess.Api.Papers.Drawing;

/// <summary>Turns a paper into one page of HTML that needs nothing else and is ready to be printed.</summary>
internal static class HtmlPaper
{
    public const string ContentType = "text/html; charset=utf-8";

    /// <summary>What a browser may do with the page: show its pictures and its style, and nothing else.</summary>
    public const string SecurityPolicy = "default-src 'none'; img-src data:; style-src 'unsafe-inline'; sandbox";

    private const string Style = """
        :root { color-scheme: light; } body { font: 11pt/1.45 "Noto Sans", "Noto Sans Arabic", "Noto Sans SC", system-ui, sans-serif; color: #1b1f24; background: #fff; max-width: 172mm; margin: 12mm auto; padding: 0 4mm; }
        .head { display: grid; grid-template-columns: 1fr 1fr; gap: 1mm 6mm; border-block-end: 1.5pt solid; padding-block-end: 3mm; }
        h1 { font-size: 17pt; line-height: 1.25; } h2 { font-size: 14pt; margin-block-start: 8mm; } h3 { font-size: 12pt; } h2, h3, h4, caption, figcaption { break-after: avoid; }
        .annex { break-before: page; } p.numbered, p.lettered { display: grid; grid-template-columns: 10mm 1fr; } p.lettered { margin-inline-start: 10mm; } p, table { margin-block: 3mm; }
        table { border-collapse: collapse; inline-size: 100%; font-size: 9.5pt; border-block: 1pt solid; } caption, figcaption { font-weight: 600; text-align: start; padding-block: 2mm; }
        th, td { text-align: start; vertical-align: top; padding: 1mm 2mm; } th { border-block-end: 1pt solid; } td { border-block-end: .5pt solid #d9dde2; } tr { break-inside: avoid; }
        figure { margin: 4mm 0; break-inside: avoid; } img { inline-size: 100%; block-size: auto; } .place { background: #fff2cc; color: #5b636d; } .quiet { color: #5b636d; font-size: 9pt; }
        @page { size: A4; margin: 18mm; } @media print { body { margin: 0; padding: 0; max-width: none; } thead { display: table-header-group; } }
        """;

    private static readonly string[] romans = ["I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X"];

    public static byte[] Draw(Paper paper) => Encoding.UTF8.GetBytes(new Drawing(paper).Page());

    private sealed class Drawing(Paper paper)
    {
        private readonly IReadOnlyDictionary<(ReferenceKind Kind, string Key), string> numbers = paper.Numbers();
        private readonly StringBuilder html = new();
        private readonly List<string> notes = [];
        private int section;
        private int below;
        private int paragraph;
        private int letter;

        public string Page()
        {
            html.Append(CultureInfo.InvariantCulture, $"<!DOCTYPE html>\n<html lang=\"{paper.Language}\" dir=\"{(paper.RightToLeft ? "rtl" : "ltr")}\">\n<head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"><title>{Text(paper.Title)}</title><style>{Style}</style></head>\n<body>\n<main>\n<div class=\"head\">");
            foreach (var line in paper.Head.Lines)
            {
                html.Append(CultureInfo.InvariantCulture, $"<span>{(line.Strong ? $"<strong>{Runs(line.Start)}</strong>" : Runs(line.Start))}</span><span>{Runs(line.End)}</span>");
            }

            html.Append(CultureInfo.InvariantCulture, $"</div>\n<h1>{Text(paper.Title)}</h1>\n");
            foreach (var block in paper.Blocks)
            {
                letter = block is Paragraph { Kind: ParagraphKind.Lettered } ? letter + 1 : 0;
                Add(block);
            }

            for (var i = 0; i < notes.Count; i++)
            {
                html.Append(CultureInfo.InvariantCulture, $"<p class=\"quiet\" id=\"note{i + 1}\"><sup>{i + 1}</sup> {notes[i]}</p>\n");
            }

            return html.Append(CultureInfo.InvariantCulture, $"<p class=\"quiet\">{Text(paper.Running)}</p>\n</main>\n</body>\n</html>\n").ToString();
        }

        private void Add(Block block)
        {
            switch (block)
            {
                case Heading { Level: 1 } heading:
                    below = 0;
                    html.Append(CultureInfo.InvariantCulture, $"<h2>{romans[section++]}. {Text(heading.Text)}</h2>\n");
                    break;
                case Heading { Level: 2 } heading:
                    html.Append(CultureInfo.InvariantCulture, $"<h3>{(char)('A' + below++)}. {Text(heading.Text)}</h3>\n");
                    break;
                case Heading heading:
                    html.Append(CultureInfo.InvariantCulture, $"<h3>{Text(heading.Text)}</h3>\n");
                    break;
                case Annex annex:
                    paragraph = 0;
                    html.Append(CultureInfo.InvariantCulture, $"<h2 class=\"annex\">{Labelled(paper.Labels.Annex, ReferenceKind.Annex, annex.Key, annex.Title)}</h2>\n");
                    break;
                case Paragraph { Kind: ParagraphKind.Numbered } numbered:
                    html.Append(CultureInfo.InvariantCulture, $"<p class=\"numbered\"><span>{++paragraph}.</span><span>{Runs(numbered.Runs)}</span></p>\n");
                    break;
                case Paragraph { Kind: ParagraphKind.Lettered } lettered:
                    html.Append(CultureInfo.InvariantCulture, $"<p class=\"lettered\"><span>({(char)('a' + letter - 1)})</span><span>{Runs(lettered.Runs)}</span></p>\n");
                    break;
                case Paragraph plain:
                    html.Append(CultureInfo.InvariantCulture, $"<p>{Runs(plain.Runs)}</p>\n");
                    break;
                case Quotation quotation:
                    html.Append(CultureInfo.InvariantCulture, $"<blockquote lang=\"{quotation.Language}\" dir=\"{(quotation.Language == "ar" ? "rtl" : "ltr")}\"><p><strong>{Text(quotation.Title)}</strong></p>{string.Concat(quotation.Lines.Select(l => $"<p>{Text(l)}</p>"))}</blockquote>\n");
                    break;
                case Table table:
                    Add(table);
                    break;
                case Figure figure:
                    var picture = Convert.ToBase64String(ChartPictures.Svg(figure.Chart, ChartStyle.Of(ChartWidth.Full, ChartScheme.Light)));
                    html.Append(CultureInfo.InvariantCulture, $"<figure><figcaption>{Labelled(paper.Labels.Figure, ReferenceKind.Figure, figure.Key, figure.Caption)}</figcaption><img src=\"data:image/svg+xml;base64,{picture}\" alt=\"{Text(figure.Chart.TextAlternative)}\"></figure>\n");
                    break;
                default:
                    throw new ArgumentOutOfRangeException(nameof(block), $"There is no drawing of {block.GetType().Name}.");
            }
        }

        private void Add(Table table)
        {
            html.Append(CultureInfo.InvariantCulture, $"<table><caption>{Labelled(paper.Labels.Table, ReferenceKind.Table, table.Key, table.Caption)}</caption><thead><tr>{string.Concat(table.Headers.Select(h => $"<th scope=\"col\">{Text(h)}</th>"))}</tr></thead><tbody>\n");
            foreach (var row in table.Rows)
            {
                html.Append(CultureInfo.InvariantCulture, $"<tr>{string.Concat(row.Cells.Select(c => row.Cells.Count == 1 ? $"<th colspan=\"{table.Headers.Count}\">{Text(c)}</th>" : $"<td>{Text(c)}</td>"))}</tr>\n");
            }

            html.Append(CultureInfo.InvariantCulture, $"</tbody></table>\n{(table.Note is null ? "" : $"<p class=\"quiet\">{Text(table.Note)}</p>\n")}");
        }

        private string Labelled(string label, ReferenceKind kind, string key, string title) => $"<span id=\"{Text($"{kind}-{key}")}\">{Text(label)} {numbers[(kind, key)]}</span>{Text(paper.Labels.Colon)}{Text(title)}";

        private string Runs(IReadOnlyList<Inline> runs) => string.Concat(runs.Select(r => r switch
        {
            Inline.Plain p => Text(p.Text),
            Inline.Placeholder p => $"<span class=\"place\">{Text(p.Text)}</span>",
            Inline.Reference to => $"<a href=\"#{Text($"{to.Kind}-{to.Key}")}\">{numbers[(to.Kind, to.Key)]}</a>",
            Inline.Note n => Note(n),
            _ => throw new ArgumentOutOfRangeException(nameof(runs), $"There is no drawing of {r.GetType().Name}."),
        }));

        private string Note(Inline.Note note)
        {
            notes.Add(Runs(note.Text));
            return string.Create(CultureInfo.InvariantCulture, $"<sup><a href=\"#note{notes.Count}\">{notes.Count}</a></sup>");
        }

        private static string Text(string text) => WebUtility.HtmlEncode(text);
    }
}
