using System.Diagnostics;
using System.Globalization;

using Truce.Model;
using Truce.Model.Xml;
using Truce.Scheduler;

namespace Truce.Cli;

/// <summary><c>truce simulate --profile DIR</c>: how long the plans take, a line for each CIB.</summary>
internal static class SimulateProfile
{
    /// <summary>Plans every CIB (*.xml) in <paramref name="folder"/> so often and
    /// writes the time all took.</summary>
    public static void Run(TextWriter output, TimeProvider time, string folder, int times)
    {
        if (times < 1)
            throw new CommandException(ExitCode.Usage, $"--repeat {times}: too few", "use a number from 1 up");
        if (!Directory.Exists(folder))
            throw new CommandException(ExitCode.BadInput, $"{folder}: no such folder", "name a folder with CIBs (*.xml)");
        foreach (string file in Directory.EnumerateFiles(folder, "*.xml").Order(StringComparer.Ordinal))
        {
            string name = Path.GetFileName(file);
            if (FileInput.Read(file, stream => CibReader.Read(stream, name)) is not CibReadResult.Accepted { Cib: var cib })
            {
                output.WriteLine($"* Testing {name,-30} ... refused");
                continue;
            }

            PlanOptions options = new() { Now = cib.Header.ExecutionTime ?? time.GetUtcNow() };
            Stopwatch watch = Stopwatch.StartNew();
            for (int i = 0; i < times; i++)
                _ = Planner.Plan(cib, options);
            output.WriteLine(string.Create(
                CultureInfo.InvariantCulture, $"* Testing {name,-30} ... {watch.Elapsed.TotalSeconds:0.00} secs"));
        }
    }
}
