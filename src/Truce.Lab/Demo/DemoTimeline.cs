using System.Globalization;

namespace Truce.Lab.Demo;

/// <summary>What happened since the power cut, in lines for people.</summary>
internal static class DemoTimeline
{
    /// <summary>The lines, in the order of time.</summary>
    public static IEnumerable<string> Render(DemoFacts facts)
    {
        IEnumerable<(long At, string Text)> lines = Power(facts).Concat(Told(facts)).Concat(Starts(facts))
            .Concat(Client(facts));
        return lines.Where(l => l.At >= facts.CutAt).OrderBy(l => l.At)
            .Select(l => string.Create(CultureInfo.InvariantCulture,
                $"{(l.At - facts.CutAt) / 1e6,9:0.0} ms  {l.Text}"));
    }

    private static IEnumerable<(long, string)> Power(DemoFacts facts) =>
        from line in facts.World
        where line.Resource is null && line.Node == facts.Victim
        let text = line.What switch
        {
            "power-cut" => $"power of {line.Node} cut ({line.Detail})",
            "fence-requested" => $"switch: asked to fence {line.Node} ({line.Detail})",
            "fence-confirmed" => $"switch: {line.Node} is certainly off ({line.Detail})",
            "power-on" => $"switch: {line.Node} has power again ({line.Detail})",
            var _ => null,
        }
        where text is not null
        select (line.At, text);

    private static IEnumerable<(long, string)> Told(DemoFacts facts) =>
        facts.Told.Where(e => e.Kind
            is "node-lost" or "fence-asked" or "fence-confirmed" or "fence-failed" or "operation-failed")
            .Select(e => (e.At, $"cluster: {e.Kind} {e.Node ?? e.Resource}: {e.Detail}"));

    private static IEnumerable<(long, string)> Starts(DemoFacts facts) =>
        DemoVerdict.Starts(facts).SelectMany(s => new[]
        {
            (s.Begin, $"agent: start of {s.Resource} on {s.Node}"),
            (s.Done, string.Create(CultureInfo.InvariantCulture,
                $"agent: {s.Resource} is started on {s.Node}, in {(s.Done - s.Begin) / 1e6:0.0} ms")),
        });

    private static IEnumerable<(long, string)> Client(DemoFacts facts)
    {
        PageRequest? failed = facts.Requests.FirstOrDefault(r => !r.IsOk && r.Ended >= facts.CutAt);
        if (failed is null)
            yield break;
        yield return (failed.Ended, $"client: no page ({failed.Result})");
        if (facts.Requests.FirstOrDefault(r => r.IsOk && r.Due > failed.Due) is { } back)
            yield return (back.Ended, "client: the page is back");
    }
}
