using HarfBuzzSharp;
using SkiaSharp;

namespace SelfAssess.Api.Charts.Text;

/// <summary>How heavy a text is.</summary>
internal enum Weight
{
    Regular,
    SemiBold,
}

/// <summary>One typeface with what is needed to shape and to draw it.</summary>
internal sealed class Face
{
    public Face(string path)
    {
        Typeface = SKTypeface.FromFile(path) ?? throw new FileNotFoundException("A typeface of the charts is missing; build the program again.", path);
        using var blob = Blob.FromFile(path);
        var face = new HarfBuzzSharp.Face(blob, 0);
        UnitsPerEm = face.UnitsPerEm;
        Shaper = new HarfBuzzSharp.Font(face);
        Shaper.SetScale(UnitsPerEm, UnitsPerEm);
    }

    public SKTypeface Typeface { get; }

    public HarfBuzzSharp.Font Shaper { get; }

    public int UnitsPerEm { get; }

    public bool Has(int codePoint) => Shaper.TryGetNominalGlyph(codePoint, out _);
}

/// <summary>
/// The typefaces that come with the program, in the order in which they are asked for a character. System fonts are never used, so that the
/// same chart has the same bytes everywhere.
/// </summary>
internal static class Typefaces
{
    private static readonly Lazy<Face[]> regular = new(() => Load("400Regular"));
    private static readonly Lazy<Face[]> semiBold = new(() => Load("600SemiBold"));

    public static Face[] Of(Weight weight) => weight == Weight.Regular ? regular.Value : semiBold.Value;

    private static Face[] Load(string weight) =>
        [.. new[] { "NotoSans", "NotoSansArabic", "NotoSansSC" }.Select(f => new Face(Path.Combine(AppContext.BaseDirectory, "fonts", $"{f}_{weight}.ttf")))];
}
