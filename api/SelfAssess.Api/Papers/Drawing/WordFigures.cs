using DocumentFormat.OpenXml.Drawing;
using DocumentFormat.OpenXml.Packaging;
using SelfAssess.Api.Charts.Drawing;
using SelfAssess.Api.Papers.Content;
using Frame = DocumentFormat.OpenXml.Drawing.Wordprocessing;
using Picture = DocumentFormat.OpenXml.Drawing.Pictures;
using Run = DocumentFormat.OpenXml.Wordprocessing.Run;

namespace SelfAssess.Api.Papers.Drawing;

/// <summary>Draws charts into a Word file: at 300 dots an inch and full width, with their text alternative.</summary>
internal sealed class WordFigures(MainDocumentPart document)
{
    // What comes before has the ids that Word begins with.
    private uint last;

    public Run Of(Figure figure)
    {
        var style = ChartStyle.Of(ChartWidth.Full, ChartScheme.Light);
        last++;
        var id = $"rIdFigure{last.ToString(System.Globalization.CultureInfo.InvariantCulture)}";
        var part = document.AddImagePart(ImagePartType.Png, id);
        using (var stream = new MemoryStream(ChartPictures.Png(figure.Chart, style, scale: 2)))
        {
            part.FeedData(stream);
        }

        const long width = WordPage.TextWidth * WordPage.Emu;
        var height = (long)(width * ChartPictures.Measure(figure.Chart, style).Height / style.Width);
        return new Run(new DocumentFormat.OpenXml.Wordprocessing.Drawing(new Frame.Inline(
            new Frame.Extent { Cx = width, Cy = height },
            new Frame.EffectExtent { LeftEdge = 0, TopEdge = 0, RightEdge = 0, BottomEdge = 0 },
            new Frame.DocProperties { Id = last, Name = $"Figure {last.ToString(System.Globalization.CultureInfo.InvariantCulture)}", Description = WordText.Written(figure.Chart.TextAlternative), Title = WordText.Written(figure.Caption) },
            new Frame.NonVisualGraphicFrameDrawingProperties(new GraphicFrameLocks { NoChangeAspect = true }),
            new Graphic(new GraphicData(new Picture.Picture(
                new Picture.NonVisualPictureProperties(
                    new Picture.NonVisualDrawingProperties { Id = last, Name = $"{id}.png" },
                    new Picture.NonVisualPictureDrawingProperties()),
                new Picture.BlipFill(new Blip { Embed = id }, new Stretch(new FillRectangle())),
                new Picture.ShapeProperties(
                    new Transform2D(new Offset { X = 0, Y = 0 }, new Extents { Cx = width, Cy = height }),
                    new PresetGeometry(new AdjustValueList()) { Preset = ShapeTypeValues.Rectangle })))
            { Uri = "http://schemas.openxmlformats.org/drawingml/2006/picture" }))
        { DistanceFromTop = 0, DistanceFromBottom = 0, DistanceFromLeft = 0, DistanceFromRight = 0 }));
    }
}
