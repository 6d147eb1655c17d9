using System.Runtime.CompilerServices;
using System.Text;

namespace Truce.Control.Tests.Scripts;

/// <summary>
/// Controllers stepped by a script: what goes in (lines that begin with &gt;) and what comes out of it
/// (indented), to be
/// read like a story. TRUCE_ACCEPT=1 writes the answers anew, for review as a diff.
/// </summary>
public sealed class ScriptTests
{
    public static TheoryData<string> Scripts =>
        [.. Directory.GetFiles(Folder(), "*.txt").Select(f => Path.GetFileNameWithoutExtension(f)!)
            .Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Scripts))]
    public void What_comes_out_is_what_was_accepted(string name)
    {
        string file = Path.Combine(Folder(), name + ".txt");
        string accepted = File.ReadAllText(file);
        string got = Answered(accepted);
        if (Environment.GetEnvironmentVariable("TRUCE_ACCEPT") == "1" && got != accepted)
            File.WriteAllText(file, got);
        Assert.Equal(File.ReadAllText(file), got);
    }

    private static string Answered(string script)
    {
        ScriptedGroup group = new();
        StringBuilder answered = new();
        foreach (string line in script.Split('\n'))
        {
            if (line.StartsWith("  ", StringComparison.Ordinal))
                continue;
            answered.Append(line).Append('\n');
            if (!line.StartsWith("> ", StringComparison.Ordinal))
                continue;
            foreach (string told in group.Do(line[2..]))
                answered.Append("  ").Append(told).Append('\n');
        }

        return answered.ToString().TrimEnd('\n') + "\n";
    }

    private static string Folder([CallerFilePath] string here = "") =>
        Path.Combine(Path.GetDirectoryName(here)!, "scripts");
}
