using SelfAssess.Api.Charts.Text;

namespace SelfAssess.Api.Charts.Drawing;

/// <summary>Rows of data with their names: beside the data, or above them where the picture is narrow. At the end of a row there may be room for more.</summary>
internal sealed class Rows
{
    /// <summary>Between the data and what stands beside them.</summary>
    public const float Space = 14;

    private readonly Sheet sheet;
    private readonly IReadOnlyList<TextLine>[] names;
    private readonly IReadOnlyList<TextLine>[] notes;
    private readonly Anchor anchor;

    /// <param name="sheet">What they are drawn on.</param>
    /// <param name="names">One for each row.</param>
    /// <param name="widest">The share of the picture, 0 to 1, that names may take beside the data.</param>
    /// <param name="endWidth">What is kept free at the end of each row.</param>
    /// <param name="anchor">The side on which names that stand beside the data are in line.</param>
    /// <param name="notes">Said below each name; null where nothing is.</param>
    public Rows(Sheet sheet, IEnumerable<string> names, float widest, float endWidth = 0, Anchor anchor = Anchor.End, IEnumerable<string>? notes = null)
    {
        (this.sheet, this.anchor) = (sheet, anchor);
        var end = endWidth > 0 ? endWidth + Space : 0;
        var narrow = sheet.Style.Narrow;
        var room = narrow ? sheet.Inner - end : sheet.Style.Width * widest;
        this.names = [.. names.Select(n => sheet.Wrap(n, room))];
        this.notes = [.. (notes ?? this.names.Select(_ => "")).Select(n => n.Length == 0 ? [] : sheet.Wrap(n, room))];
        var nameWidth = narrow ? 0 : this.names.Concat(this.notes).SelectMany(n => n).Max(l => l.Width) + Space;
        Start = ChartStyle.Margin + nameWidth;
        Width = sheet.Inner - nameWidth - (narrow ? 0 : end);
    }

    /// <summary>Where the data begin.</summary>
    public float Start { get; }

    /// <summary>How wide the data are.</summary>
    public float Width { get; }

    /// <summary>Puts the name of the next row and makes room for its data.</summary>
    /// <param name="row">Which one.</param>
    /// <param name="height">Of the data.</param>
    /// <param name="above">What is kept free above the data, not counted in <paramref name="height"/>.</param>
    public Place Next(int row, float height, float above = 0)
    {
        var (name, note, top, line) = (names[row], notes[row], sheet.Y, sheet.Line(""));
        var style = sheet.Style;
        if (style.Narrow)
        {
            var below = sheet.Put(note, ChartStyle.Margin, sheet.Put(name, ChartStyle.Margin, top, style.Ink), style.Quiet);
            sheet.Y = below + 3 + above + height;
            return new Place(below + 3 + above, top);
        }

        // A name stands beside the middle of the data, or as near to it as the row allows.
        var said = Sheet.HeightOf(name) + Sheet.HeightOf(note);
        var free = Math.Max(0, Math.Max(height, said - above) - height) / 2;
        var middle = top + above + free + (height / 2);
        sheet.Y = middle + (height / 2) + free;
        var x = anchor == Anchor.Start ? ChartStyle.Margin : Start - Space;
        sheet.Put(note, x, sheet.Put(name, x, Math.Clamp(middle - (said / 2), top, Math.Max(top, sheet.Y - said)), style.Ink, anchor), style.Quiet, anchor);
        return new Place(middle - (height / 2), middle - ((line.Ascent + line.Descent) / 2));
    }

    /// <summary>Where a row's data stand.</summary>
    /// <param name="Top">The top of the data.</param>
    /// <param name="EndTop">The top of a line of text at the end of the row.</param>
    public sealed record Place(float Top, float EndTop);
}
