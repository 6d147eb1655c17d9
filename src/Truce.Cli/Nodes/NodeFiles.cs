using System.Globalization;

namespace Truce.Cli.Nodes;

/// <summary>Whether changes that no other node holds may be lost.</summary>
internal enum LossOfChanges
{
    /// <summary>Then the node stays out.</summary>
    Refused,

    /// <summary>The operator confirmed it explicitly.</summary>
    Accepted,
}

/// <summary>The files of this node that its store consists of, and that say why it stays out
/// (docs/operations/store.md).</summary>
internal sealed class NodeFiles
{
    private readonly string _state;
    private readonly string _run;
    private readonly TimeProvider _time;
    private string _suffix = "";

    /// <exception cref="CommandException">truce.conf can't be read.</exception>
    public NodeFiles(string configuration, TimeProvider time)
    {
        _time = time;
        IReadOnlyDictionary<string, string> values = NodeConfiguration.Read(configuration);
        Name = values.GetValueOrDefault("node", Environment.MachineName);
        _state = values.GetValueOrDefault("state_dir", "/var/lib/truce");
        _run = values.GetValueOrDefault("run_dir", "/run/truce");
    }

    /// <summary>The node.</summary>
    public string Name { get; }

    /// <summary>Its API.</summary>
    public string Socket => Path.Combine(_run, "api.sock");

    /// <summary>It stays out for something else than its store.</summary>
    public bool StoreIsSound => File.Exists(Out) && File.ReadAllText(Out).Split('\n').Contains("store-is-sound");

    private string Store => Path.Combine(_state, "controller.db");

    private string Out => Path.Combine(_run, "controller.out");

    private string Repaired => Path.Combine(_state, "controller.repaired");

    /// <summary>Keeps the store under a dated name and lets the node in without it.</summary>
    /// <returns>The names under which it is kept; empty: there was none.</returns>
    public string SetAside(LossOfChanges loss) => Guarded(() =>
    {
        _suffix = ".kept-" + _time.GetUtcNow().ToString("yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture);
        string[] kept = [.. Parts().Where(File.Exists)];
        if (loss == LossOfChanges.Refused)
            File.WriteAllText(Repaired, "");
        else
            File.Delete(Repaired);
        foreach (string part in kept)
            File.Move(part, part + _suffix);
        File.Delete(Store + "-shm");
        LetIn();
        return string.Join(", ", kept.Select(p => p + _suffix));
    });

    /// <summary>As before <see cref="SetAside"/>.</summary>
    public void PutBack() => Guarded(() =>
    {
        foreach (string part in Parts())
            File.Delete(part);
        foreach (string part in Parts().Where(p => File.Exists(p + _suffix)))
            File.Move(part + _suffix, part);
        File.Delete(Repaired);
        EndController();
        return "";
    });

    /// <summary>Nothing keeps the node out any more, but what its next controller finds.</summary>
    public void LetIn() => Guarded(() =>
    {
        File.Delete(Out);
        File.Delete(Path.Combine(_state, "resets"));
        EndController();
        return "";
    });

    // The log belongs to it: without it the file may be older than what was acknowledged.
    private string[] Parts() => [Store, Store + "-wal"];

    // It holds nothing that it would have to give back, and its supervisor starts another one.
    private void EndController()
    {
        string file = Path.Combine(_run, "controller.pid");
        if (!File.Exists(file) || !int.TryParse(File.ReadAllText(file), CultureInfo.InvariantCulture, out int process))
            return;
        string command = $"/proc/{process}/cmdline";
        if (!File.Exists(command) || !File.ReadAllText(command).Split('\0').Contains("controller"))
            return;
        try
        {
            System.Diagnostics.Process.GetProcessById(process).Kill();
        }
        catch (Exception e) when (e is ArgumentException or InvalidOperationException)
        {
            // It ended by itself meanwhile.
        }
    }

    private static T Guarded<T>(Func<T> act)
    {
        try
        {
            return act();
        }
        catch (UnauthorizedAccessException e)
        {
            throw new CommandException(ExitCode.Refused, e.Message, "run it as root");
        }
        catch (IOException e)
        {
            throw new CommandException(ExitCode.BadInput, e.Message, "check state_dir and run_dir in truce.conf");
        }
    }
}
