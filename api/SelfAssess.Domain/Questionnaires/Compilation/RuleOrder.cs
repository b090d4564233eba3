using SelfAssess.Domain.Questionnaires.Rules;

namespace SelfAssess.Domain.Questionnaires.Compilation;

/// <summary>
/// Finds an order in which every rule sees what it looks at already decided. A section depends on the section around it, a question on its
/// section, and both on the questions that their rules look at.
/// </summary>
internal static class RuleOrder
{
    private enum Mark : byte
    {
        None,
        Open,
        Done,
    }

    public static int[] Of(List<CompiledSection> sections, List<CompiledQuestion> questions, Violations violations)
    {
        var order = new List<int>(sections.Count + questions.Count);
        var marks = new Mark[sections.Count + questions.Count];
        var path = new Stack<int>();
        for (var node = 0; node < marks.Length; node++)
        {
            Visit(node);
        }

        return [.. order.Select(n => n < sections.Count ? n : ~(n - sections.Count))];

        void Visit(int root)
        {
            // With a stack of its own: a chain of rules may be as long as the questionnaire.
            var pending = new Stack<(int Node, IEnumerator<int> Needs)>();
            Enter(root, pending);
            while (pending.TryPeek(out var top))
            {
                if (top.Needs.MoveNext())
                {
                    Enter(top.Needs.Current, pending);
                    continue;
                }

                pending.Pop();
                path.Pop();
                marks[top.Node] = Mark.Done;
                order.Add(top.Node);
            }
        }

        void Enter(int node, Stack<(int, IEnumerator<int>)> pending)
        {
            switch (marks[node])
            {
                case Mark.None:
                    marks[node] = Mark.Open;
                    path.Push(node);
                    pending.Push((node, Needs(node).GetEnumerator()));
                    break;
                case Mark.Open:
                    var cycle = path.TakeWhile(n => n != node).Append(node).Reverse().Append(node);
                    violations.Add(Pointer(node), "ruleCycle", $"The rules go in a circle: {string.Join(" → ", cycle.Select(Id))}. Each waits for the next; break one of them.");
                    break;
            }
        }

        IEnumerable<int> Needs(int node)
        {
            if (node < sections.Count)
            {
                var section = sections[node];
                return Looked(section.Visible, section.Applies).Concat(section.Parent >= 0 ? [section.Parent] : []);
            }

            var question = questions[node - sections.Count];
            return Looked(question.Visible, question.Applies).Append(question.Section.Index);
        }

        IEnumerable<int> Looked(params IEnumerable<Rule?> rules) => rules.SelectMany(r => r?.Questions ?? []).Select(q => sections.Count + q);

        string Id(int node) => node < sections.Count ? sections[node].Definition.Id : questions[node - sections.Count].Definition.Id;

        string Pointer(int node) => node < sections.Count ? sections[node].Pointer : questions[node - sections.Count].Pointer;
    }
}
