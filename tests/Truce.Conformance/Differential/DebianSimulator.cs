using System.Diagnostics;
using System.Xml.Linq;

using Truce.Conformance.Judging;

namespace Truce.Conformance.Differential;

/// <summary>Asks the crm_simulate of the machine, Debian's Pacemaker 2.1.5.</summary>
internal static class DebianSimulator
{
    private const string Program = "/usr/sbin/crm_simulate";
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(60);

    /// <summary>Whether it is installed.</summary>
    public static bool IsInstalled => File.Exists(Program);

    /// <summary>Its summary, graph and scores for a CIB; empty where it refuses.</summary>
    public static Answers Ask(XElement cib, string folder)
    {
        string input = Path.Combine(folder, "in.xml"), graph = Path.Combine(folder, "out.graph");
        cib.Save(input, SaveOptions.DisableFormatting);
        File.Delete(graph);
        string summary = Run(folder, "-x", input, "-S", "-G", graph);
        string? graphText = File.Exists(graph) ? File.ReadAllText(graph) : null;
        return new Answers(summary, graphText, null, null);
    }

    /// <summary>Its score lines.</summary>
    public static string AskScores(XElement cib, string folder)
    {
        string input = Path.Combine(folder, "in.xml");
        cib.Save(input, SaveOptions.DisableFormatting);
        return Run(folder, "-x", input, "-sSQ");
    }

    private static string Run(string folder, params string[] arguments)
    {
        ProcessStartInfo start = new(Program, arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = folder,
        };
        start.Environment["LC_ALL"] = "C";
        start.Environment["CIB_shadow_dir"] = folder;
        using Process process = Process.Start(start)!;
        Task<string> errors = process.StandardError.ReadToEndAsync();
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        if (!process.WaitForExit(s_limit))
            process.Kill(entireProcessTree: true);
        process.WaitForExit();
        _ = errors.Result;
        return output.Result;
    }
}
