using SelfAssess.Api.Charts.Text;
using SkiaSharp;

namespace SelfAssess.Api.Tests.Charts;

/// <summary>Texts of charts in every script, by the glyphs that are drawn and not by eye.</summary>
public sealed class TextTests
{
    // Lower-case letters stand for themselves, capitals for Hebrew letters, as in UAX #9's own examples.
    [Theory]
    [InlineData("car means CAR.", false, "car means RAC.")]
    [InlineData("car MEANS CAR.", false, "car RAC SNAEM.")]
    [InlineData("<car MEANS CAR.", true, ".RAC SNAEM car>")]
    [InlineData("he said CAR MEANS CAR", false, "he said RAC SNAEM RAC")]
    [InlineData("DID YOU SAY 35", true, "35 YAS UOY DID")]
    [InlineData("CYCLE 35 OF 2026", true, "2026 FO 35 ELCYC")]
    [InlineData("ROUND 2.5", true, "2.5 DNUOR")]
    [InlineData("A 74% B", true, "B 74% A")]
    [InlineData("n = 40", false, "n = 40")]
    [InlineData("RELEASE demo-2025-R", true, "R-demo-2025 ESAELER")]
    [InlineData("TEXT (abc) TEXT", true, "TXET (abc) TXET")]
    [InlineData("1,000 ARE 1/2", true, "1/2 ERA 1,000")]
    [InlineData("RELEASE 2026-r1", true, "r1-2026 ESAELER")]
    [InlineData("RELEASE \u200E2026-r1", true, "\u200E2026-r1 ESAELER")]
    public void Runs_are_seen_in_the_order_of_the_bidirectional_algorithm(string logical, bool rightToLeft, string seen)
    {
        var text = string.Concat(logical.Select(c => c is >= 'A' and <= 'Z' ? (char)('\u05D0' + (c - 'A')) : c));
        var visual = string.Concat(BidirectionalRuns.Of(text, rightToLeft).Select(run =>
        {
            var part = logical.Substring(run.Start, run.Length);
            // The shaper mirrors brackets in right-to-left runs.
            return run.RightToLeft ? string.Concat(part.Reverse().Select(c => c switch { '(' => ')', ')' => '(', '<' => '>', '>' => '<', _ => c })) : part;
        }));
        Assert.Equal(seen, visual);
    }

    [Theory]
    [InlineData("الدورة 35 من 2026", true)]
    [InlineData("المصدر: ATT 1.0 (2025)", true)]
    [InlineData("نسبة 74% من الدول", true)]
    [InlineData("周期 35，2026 年", false)]
    public void Digits_keep_their_order_in_every_script(string text, bool rightToLeft)
    {
        var line = TextLine.Of(text, 20, Weight.Regular, rightToLeft);
        foreach (var number in System.Text.RegularExpressions.Regex.Matches(text, "[0-9]+", System.Text.RegularExpressions.RegexOptions.None, TimeSpan.FromSeconds(1)).Select(m => m))
        {
            var places = Enumerable.Range(number.Index, number.Length).Select(i => line.Glyphs.Single(g => g.Cluster == i).X).ToArray();
            Assert.Equal(places.Order(), places);
        }
    }

    [Theory]
    [InlineData("At which level? É ü ñ ≥ ≤ – · …", false)]
    [InlineData("Межведомственное сотрудничество, цикл 2025", false)]
    [InlineData("各国认为本国机构间合作处于哪一等级？（0–100）", false)]
    [InlineData("في أي مستوى ترى الدول تعاونها بين الوكالات؟ تُقرَّب", true)]
    [InlineData("الإصدار \u200E2026-R1", true)]
    public void Every_character_has_a_glyph(string text, bool rightToLeft)
    {
        foreach (var weight in Enum.GetValues<Weight>())
        {
            Assert.DoesNotContain(TextLine.Of(text, 20, weight, rightToLeft).Glyphs, g => g.Id == 0);
        }
    }

    [Fact]
    public void Arabic_letters_are_joined()
    {
        // Shaped, letters have other forms than alone; the dots are glyphs of their own and stay the same.
        var joined = TextLine.Of("بيت", 20, Weight.Regular, rightToLeft: true).Glyphs.Select(g => g.Id).Order().ToArray();
        var alone = "بيت".SelectMany(c => TextLine.Of(c.ToString(), 20, Weight.Regular, rightToLeft: true).Glyphs).Select(g => g.Id).Order().ToArray();
        Assert.NotEqual(alone, joined);
    }

    [Theory]
    [InlineData("Share of participating States by maturity level of each theme", false)]
    [InlineData("各主题按成熟度等级划分的参与国比例", false)]
    [InlineData("نسبة الدول المشاركة بحسب مستوى النضج في كل موضوع", true)]
    public void Lines_are_broken_to_fit_and_lose_nothing(string text, bool rightToLeft)
    {
        var lines = TextLine.Wrap(text, 160, 17, Weight.Regular, rightToLeft);
        Assert.True(lines.Count > 1);
        Assert.All(lines, l => Assert.True(l.Width <= 160, l.Text));
        Assert.Equal(text.Replace(" ", "", StringComparison.Ordinal), string.Concat(lines.Select(l => l.Text)).Replace(" ", "", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("后周度版国回固围可问题目", false)]
    [InlineData("éåøß%&@®g8B", false)]
    [InlineData("صضطظفقوهة", true)]
    public void Outlines_cover_what_the_typeface_covers(string text, bool rightToLeft)
    {
        const int size = 100;
        foreach (var weight in Enum.GetValues<Weight>())
        {
            foreach (var character in text)
            {
                var line = TextLine.Of(character.ToString(), size, weight, rightToLeft);
                var outlined = Ink(canvas => line.Draw(canvas, size, 2 * size, SKColors.Black));
                var typeset = Ink(canvas =>
                {
                    foreach (var glyph in line.Glyphs)
                    {
                        using var font = new SKFont(glyph.Face.Typeface, size) { Hinting = SKFontHinting.None, Subpixel = true, LinearMetrics = true };
                        using var builder = new SKTextBlobBuilder();
                        builder.AddPositionedRun([glyph.Id], font, [new SKPoint(size + glyph.X, (2 * size) + glyph.Y)]);
                        using var blob = builder.Build();
                        using var paint = new SKPaint { Color = SKColors.Black, IsAntialias = true };
                        canvas.DrawText(blob, 0, 0, paint);
                    }
                });
                // Typeset text is a little lighter at its edges; a hole that is filled is far more than that.
                Assert.True(Math.Abs(outlined - typeset) < 0.08 * typeset, $"{character} {weight}: {outlined:0} instead of {typeset:0}");
            }
        }

        static double Ink(Action<SKCanvas> draw)
        {
            using var bitmap = new SKBitmap(4 * size, 4 * size, SKColorType.Gray8, SKAlphaType.Opaque);
            using var canvas = new SKCanvas(bitmap);
            canvas.Clear(SKColors.White);
            draw(canvas);
            canvas.Flush();
            return bitmap.Bytes.Sum(b => 255 - b) / 255.0;
        }
    }
}
