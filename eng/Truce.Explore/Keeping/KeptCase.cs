using System.Globalization;
using System.Text;
using Truce.Explore.Searching;
using Truce.Explore.World;

namespace Truce.Explore.Keeping;

/// <summary>A row of moves as a file: first what it showed, then the bounds, then a move a line.</summary>
internal static class KeptCase
{
    public static string Write(ExploredBounds bounds, Breach breach)
    {
        StringBuilder text = new();
        text.Append(CultureInfo.InvariantCulture, $"# {breach.Violation}\n");
        text.Append(CultureInfo.InvariantCulture, $"nodes {bounds.Nodes}\nresources {bounds.Resources}\n");
        text.Append(CultureInfo.InvariantCulture, $"faults {bounds.Faults}\nboots {bounds.Boots}\n");
        text.Append(CultureInfo.InvariantCulture, $"horizon {bounds.Horizon.TotalSeconds}\n");
        foreach (Move move in breach.Path)
            text.Append(CultureInfo.InvariantCulture, $"{move}\n");
        return text.ToString();
    }

    public static (ExploredBounds Bounds, IReadOnlyList<Move> Path) Read(string text)
    {
        ExploredBounds bounds = new();
        List<Move> path = [];
        foreach (string line in text.Split('\n',
            StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            if (line.StartsWith('#'))
                continue;
            if (char.IsUpper(line[0]))
                path.Add(Move.Read(line));
            else
                bounds = With(bounds, line.Split(' ')[0], int.Parse(line.Split(' ')[1],
                    CultureInfo.InvariantCulture));
        }

        return (bounds, path);
    }

    private static ExploredBounds With(ExploredBounds bounds, string name, int value) => name switch
    {
        "nodes" => bounds with { Nodes = value },
        "resources" => bounds with { Resources = value },
        "faults" => bounds with { Faults = value },
        "boots" => bounds with { Boots = value },
        "horizon" => bounds with { Horizon = TimeSpan.FromSeconds(value) },
        _ => throw new FormatException($"a kept case says nothing of {name}"),
    };
}
