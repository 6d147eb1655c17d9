using System.Text;

namespace Truce.Verify.Numbers;

/// <summary>
/// Agents that do nothing but print what real-life/agents.txt says of them: the expectations there are as
/// exact as these descriptions, and another version of an agent isn't a fault of a rule.
/// </summary>
internal static class DescribedAgents
{
    /// <summary>Writes those of class ocf; the folder is meant as OCF_ROOT.</summary>
    public static string Write(string description)
    {
        string root = Repository.At("artifacts", "described-agents");
        foreach (string line in File.ReadLines(description)
            .Where(l => l.StartsWith("ocf:", StringComparison.Ordinal)))
        {
            string[] parts = line.Split('|', StringSplitOptions.TrimEntries);
            string[] name = parts[0].Split(':');
            string folder = Directory.CreateDirectory(Path.Combine(root, "resource.d", name[1])).FullName;
            string program = Path.Combine(folder, name[2]);
            string metadata = Metadata(name[2], parts[1], parts[2]);
            File.WriteAllText(program, $"#!/bin/sh\ncat <<'END'\n{metadata}END\n");
            File.SetUnixFileMode(
                program, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }

        return root;
    }

    // ip!@group nic old~ | start=20 stop
    private static string Metadata(string name, string parameters, string actions)
    {
        StringBuilder xml = new();
        xml.Append($"<resource-agent name=\"{name}\"><version>1.1</version><parameters>\n");
        foreach (string word in Words(parameters))
        {
            string[] unique = word.TrimEnd('~').Split('@');
            string required = unique[0].EndsWith('!') ? " required=\"1\"" : "";
            string group = unique.Length == 2 ? $" unique-group=\"{unique[1]}\"" : "";
            string old = word.EndsWith('~') ? "<deprecated/>" : "";
            xml.Append($"<parameter name=\"{unique[0].TrimEnd('!')}\"{required}{group}>{old}")
                .Append("<content type=\"string\"/></parameter>\n");
        }

        xml.Append("</parameters><actions>\n");
        foreach (string[] action in Words(actions).Select(w => w.Split('=')))
        {
            string timeout = action.Length == 2 ? $" timeout=\"{action[1]}s\"" : "";
            xml.Append($"<action name=\"{action[0]}\"{timeout}/>\n");
        }

        return xml.Append("</actions></resource-agent>\n").ToString();
    }

    private static string[] Words(string text) => text.Split(' ', StringSplitOptions.RemoveEmptyEntries);
}
