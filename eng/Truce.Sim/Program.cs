using Truce.Sim;

string command = args.Length > 0 ? args[0] : "run";
return command switch
{
    "run" => RunCommand.Run(),
    "first-violation" => FirstViolationCommand.Run(),
    "digest" => DigestCommand.Run(),
    "kinds" => CoverageCommand.Kinds(),
    "coverage" => CoverageCommand.Run(args[1]),
    "plant" => MutationCommand.Plant(args[1], args[2], args.ElementAtOrDefault(3) ?? "simulator"),
    "check-mutations" => MutationCommand.Check(args[1]),
    "bounds" => BoundsCommand.Run(),
    "laboratory" => LaboratoryCommand.Run(),
    "mutations" => MutationCommand.List(args.ElementAtOrDefault(1) ?? "simulator"),
    "print" => PrintCommand.Run(),
    "probe" => ProbeCommand.Run(args.ElementAtOrDefault(1)),
    "case" => CaseCommand.Run(args[1]),
    _ => Fail(command),
};

static int Fail(string command)
{
    Console.Error.WriteLine(
        $"no command {command}; there are: run, first-violation, digest, "
        + "plant ROOT TARGET [SET], "
        + "mutations [SET] (simulator, fuzz, guard, semantic), probe [NAME], print, case FILE");
    return 2;
}
