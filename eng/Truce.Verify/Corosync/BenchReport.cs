using System.Globalization;

namespace Truce.Verify.Corosync;

/// <summary>bench/corosync/NAME.md: figures, when they were taken, and the machine.</summary>
internal static class BenchReport
{
    public static void Write(string name, string figures, string notes)
    {
        string folder = Directory.CreateDirectory(Repository.At("bench", "corosync")).FullName;
        File.WriteAllText(Path.Combine(folder, name + ".md"), string.Create(CultureInfo.InvariantCulture, $"""
            # {name}

            {figures}

            {notes} Taken {DateTimeOffset.UtcNow:yyyy-MM-dd HH:mm} UTC by `make verify-corosync ROWS={name}`, both on this machine in the same run: {Machine()}.

            """));
    }

    private static string Machine()
    {
        string processor = Field("/proc/cpuinfo", "model name");
        string memory = Field("/proc/meminfo", "MemTotal");
        string load = File.ReadAllText("/proc/loadavg").Split(' ')[0];
        return $"{Environment.ProcessorCount} × {processor}, {memory}, Linux {Environment.OSVersion.Version}, load average {load} at the end";
    }

    private static string Field(string file, string name) =>
        File.ReadLines(file).First(l => l.StartsWith(name, StringComparison.Ordinal)).Split(':', 2)[1].Trim();
}
