using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Truce.Contracts;
using Truce.Model;
using Truce.Model.Xml;
using Truce.Runtime.Controller.Gate;

namespace Truce.Daemon.Judging;

/// <summary>
/// Judges in a process of its own, with a time and a memory that it can't exceed (decision 0060).
/// </summary>
internal sealed class ProcessJudge(string configurationFile) : IConfigurationJudge
{
    private const int AnswerCharactersMax = 4 * 1024 * 1024;
    private const long HeapBytesMax = 512L * 1024 * 1024;
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(20);

    public GateVerdict Judge(GateQuestion question)
    {
        try
        {
            return Ask(question);
        }
        catch (Exception problem) when (problem is IOException or System.ComponentModel.Win32Exception or InvalidOperationException or JsonException)
        {
            return new GateVerdict.Undecided($"the configuration couldn't be checked: {problem.Message}; do: try again");
        }
    }

    private GateVerdict Ask(GateQuestion question)
    {
        SortedDictionary<string, string[]> offers = new(
            question.Offers.ToDictionary(o => o.Key.Value, o => o.Value.ToArray()),
            StringComparer.Ordinal);
        JudgeInput input = new(
            question.Text, CibWriter.Write(question.Present), question.Now, question.Others, offers,
            question.Rights is { } rights
                ? new JudgeRights(
                    rights.Caller.Name, [.. rights.Caller.Groups],
                    CibWriter.Write(rights.InForce with { Status = ClusterStatus.Empty }), rights.At)
                : null);
        using Process process = Process.Start(Start())!;
        using Timer limit = new(_ => Kill(process), null, s_limit, Timeout.InfiniteTimeSpan);
        Task<string> answer = process.StandardOutput.ReadToEndAsync();
        process.ErrorDataReceived += (_, _) => { };
        process.BeginErrorReadLine();
        Stopwatch taken = Stopwatch.StartNew();
        Write(process, input);
        process.WaitForExit();
        return process.ExitCode == 0 && answer.Result.Length <= AnswerCharactersMax
            ? Verdict(JsonSerializer.Deserialize(answer.Result, JudgeJson.Default.JudgeOutput)!)
            : Broken(taken.Elapsed, process.ExitCode);
    }

    private static void Write(Process process, JudgeInput input)
    {
        try
        {
            using Stream stream = process.StandardInput.BaseStream;
            JsonSerializer.Serialize(stream, input, JudgeJson.Default.JudgeInput);
        }
        catch (IOException)
        {
            // It died while it read: its exit code says why.
        }
    }

    private ProcessStartInfo Start()
    {
        ProcessStartInfo start = new(Environment.ProcessPath!)
        {
            ArgumentList = { "--role", "judge", "--config", configurationFile },
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["DOTNET_EnableDiagnostics"] = "0";
        start.Environment["DOTNET_gcServer"] = "0";
        start.Environment["DOTNET_gcConcurrent"] = "0";
        start.Environment["DOTNET_GCHeapHardLimit"] = HeapBytesMax.ToString("x", CultureInfo.InvariantCulture);
        return start;
    }

    private static GateVerdict Verdict(JudgeOutput output) => output.Forbidden is { } reason
        ? new GateVerdict.Forbidden(reason)
        : output.Findings.Any(f => f.Severity == "error")
        ? new GateVerdict.Condemned([.. output.Findings])
        : new GateVerdict.Passed([.. output.Findings]);

    private static GateVerdict.Undecided Broken(TimeSpan taken, int code) => new(taken >= s_limit
        ? $"planning with this configuration takes longer than {s_limit.TotalSeconds:0} s; do: reduce the number of instances, constraints or rules"
        : $"planning with this configuration crashes the planner (exit code {code}, after {taken.TotalSeconds:0.0} s), which needs too much memory or nests rules too deeply; do: make it smaller, and report this");

    private static void Kill(Process process)
    {
        try
        {
            process.Kill();
        }
        catch (InvalidOperationException)
        {
            // It has ended by itself meanwhile.
        }
    }
}
