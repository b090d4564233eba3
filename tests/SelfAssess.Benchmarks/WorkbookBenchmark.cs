using System.Diagnostics;
using Microsoft.AspNetCore.DataProtection;
using SelfAssess.Api.Workbooks;
using SelfAssess.Domain.Assessments;
using static SelfAssess.Benchmarks.Measured;

namespace SelfAssess.Benchmarks;

/// <summary>An entity that is asked all of the instrument takes its workbook along and brings it back, in each language.</summary>
internal static class WorkbookBenchmark
{
    private const int Rounds = 5;
    private static readonly string[] languages = ["ar", "en", "es", "fr", "ru", "zh"];

    public static async Task RunAsync()
    {
        var questionnaire = Instrument.Read();
        var seals = new WorkbookSeals(new EphemeralDataProtectionProvider());
        var entity = new RoundEntity("customs", "Customs", null, [.. questionnaire.Definition.AllQuestions().Select(q => q.Id)]);
        var opened = EntityResponse.Fold(null, new ResponseEvent.Opened("2026", questionnaire.Reference, new Profile([]), entity, default), Guid.NewGuid());
        var answers = Instrument.Indicators(questionnaire.Definition).ToDictionary(id => id, Answer? (id) => new Answer
        {
            Value = new AnswerValue.Choice(questionnaire.LevelsOf(id)[2]),
            Comment = string.Concat(Enumerable.Repeat("What is worth knowing. ", 40)),
            Evidence = ["Instruction 12/2024", "https://example.org/role-map"],
        }, StringComparer.Ordinal);
        var source = new WorkbookSource("XAA", "Demo State", EntityResponse.Fold(opened, new ResponseEvent.AnswersSaved(answers, default)), 2);

        List<double> cold = [], written = [], read = [];
        var (memory, size) = (0L, 0);
        for (var round = 0; round < Rounds; round++)
        {
            foreach (var language in languages)
            {
                await using var watch = new MemoryWatch();
                var since = Stopwatch.GetTimestamp();
                var (open, told, _) = ResponseWorkbook.Plan(source, questionnaire, language);
                var file = ResponseWorkbook.Write(open, seals.Seal(told));
                (round == 0 && language == languages[0] ? cold : written).Add(Stopwatch.GetElapsedTime(since).TotalSeconds);
                since = Stopwatch.GetTimestamp();
                var (workbook, sheets, _) = WorkbookReading.Open(file, new WorkbookAddress("XAA", "2026", "customs"), seals);
                var (returned, _) = WorkbookReading.Read(workbook!, sheets!, questionnaire, source.Response, source.Version, source.Response);
                read.Add(Stopwatch.GetElapsedTime(since).TotalSeconds);
                (memory, size) = (Math.Max(memory, watch.WorkingSet), Math.Max(size, file.Length));
                if (returned is not { Edits.Count: 0 })
                {
                    throw new InvalidOperationException("The workbook did not come back as it was.");
                }
            }
        }

        Print($"workbook of the whole instrument, {Rounds} rounds in each language, median (range)");
        Print($"  written, the first of a process             {Spread(cold)} s   at most 1 is wanted");
        Print($"  written, every further one                  {Spread(written)} s   at most 1 is wanted");
        Print($"  read                                        {Spread(read)} s   at most 1 is wanted");
        Print($"  memory of both                              working set +{memory / 1048576.0:0} MiB above idle   at most 200 is wanted");
        Print($"  the largest file                            {size / 1024.0:0} KiB");
    }
}
