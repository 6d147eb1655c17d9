namespace Truce.EndToEnd.Corosync;

/// <summary>What happens in a round: lab commands that begin and end it, and how long it lasts.</summary>
internal sealed record Split(
    IReadOnlyList<string[]> Begin, TimeSpan Hold, IReadOnlyList<string[]> End, bool FencingWorks = true)
{
    private static readonly string[] s_nodes = ["n1", "n2", "n3"];

    /// <summary>Draws a round of a kind.</summary>
    public static Split Draw(string kind, int seed, int round)
    {
        Draw draw = new(seed, round);
        draw.Below(2);
        string one = s_nodes[draw.Below(3)];
        string[] rest = [.. s_nodes.Where(n => n != one)];
        string others = string.Join(',', rest);
        return kind switch
        {
            "two-one" => Cut(draw.Between(3000, 9000), ["cut", one, others]),
            "unfenced" => Cut(draw.Between(3000, 9000), ["cut", one, others]) with { FencingWorks = false },
            "one-each" => Cut(draw.Between(3000, 9000), ["cut", one, others], ["cut", rest[0], rest[1]]),
            "one-link" => Cut(draw.Between(2000, 5000), ["cut", one, others, "--link", $"{draw.Below(2)}"]),
            "one-way" => Cut(draw.Between(3000, 9000), ["cut", one, others, "--one-way"]),
            "flapping" => Flap(draw, one, others),
            "pause" => Pause(draw, one),
            "two-two" => Cut(draw.Between(3000, 9000), ["cut", $"{one},{rest[0]}", $"{rest[1]},n4"]),
            "two-two-one-link" => Cut(
                draw.Between(3000, 6000), ["cut", $"{one},{rest[0]}", $"{rest[1]},n4", "--link", $"{draw.Below(2)}"]),
            _ => throw new ArgumentException($"{kind}: no such kind of split"),
        };
    }

    /// <inheritdoc/>
    public override string ToString() =>
        $"{string.Join("; ", Begin.Select(c => string.Join(' ', c)))} for {Hold.TotalMilliseconds} ms{(FencingWorks ? "" : ", fencing fails")}";

    private static Split Cut(TimeSpan hold, params string[][] begin) => new(begin, hold, [["heal"]]);

    // Shorter and longer than the token; each command takes some tens of milliseconds by itself.
    private static Split Flap(Draw draw, string one, string others)
    {
        List<string[]> begin = [];
        for (int i = 3 + draw.Below(5); i > 0; i--)
        {
            begin.Add(draw.Below(2) == 0 ? ["cut", one, others] : ["cut", one, others, "--link", $"{draw.Below(2)}"]);
            for (int wait = draw.Below(8); wait > 0; wait--)
                begin.Add(["status"]);
            begin.Add(["heal"]);
        }

        return new Split([.. begin, ["cut", one, others]], draw.Between(200, 4000), [["heal"]]);
    }

    // A short freeze is over before anybody notices; a long one ends in a shot, or, where that fails, in a thaw of a
    // node that still believes what was so before.
    private static Split Pause(Draw draw, string one)
    {
        bool fenced = draw.Below(2) == 0;
        return new Split([["pause", one]], draw.Between(300, 9000), [["thaw", one]]) { FencingWorks = fenced };
    }
}
