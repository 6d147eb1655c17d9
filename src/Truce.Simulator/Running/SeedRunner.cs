using Truce.Simulator.Scenarios;

namespace Truce.Simulator;

/// <summary>Runs many seeds, several at a time; each world stays in one thread.</summary>
internal static class SeedRunner
{
    /// <summary>Runs the seeds from <paramref name="first"/> on; tells each outcome, one at a time, in no
    /// order. <paramref name="tell"/> says whether to go on.</summary>
    public static Totals Run(
        int first, int count, int jobs, (string Name, string Xml)? configuration, Func<Outcome, bool> tell)
    {
        Totals totals = new();
        object one = new();
        int next = first - 1;
        bool goesOn = true;
        Thread[] threads = [.. Enumerable.Range(0, jobs).Select(_ => new Thread(Work, 16 << 20))];
        foreach (Thread thread in threads)
            thread.Start();
        foreach (Thread thread in threads)
            thread.Join();
        return totals;

        void Work()
        {
            while (Volatile.Read(ref goesOn))
            {
                int seed = Interlocked.Increment(ref next);
                if (seed >= first + count)
                    return;
                Outcome outcome = Simulation.Run(ScenarioDraw.Draw(seed, configuration));
                lock (one)
                {
                    totals.Add(outcome);
                    Volatile.Write(ref goesOn, goesOn & tell(outcome));
                }
            }
        }
    }
}
