using System.Text.Json;
using CliWrap;
using Opportunities.LocalServers;

namespace Opportunities.SystemTests.Deploy;

/// <summary>What may be deployed, and what the pipeline's jobs may do.</summary>
public sealed class WorkflowTests : IDisposable
{
    private const string Repository = "example/opportunities";

    private static readonly string[] _workflows = ["ci.yml", "deploy.yml", "deploy-environment.yml"];

    private readonly TestDirectory _directory = new();
    private readonly string _onMain;
    private readonly string _elsewhere;

    public WorkflowTests()
    {
        var git = new GitRepository(_directory.Path);
        git.Run("init", "--quiet", "--initial-branch", "main");
        git.Run("commit", "--quiet", "--allow-empty", "--message", "On main");
        _onMain = git.Run("rev-parse", "HEAD");
        git.Run("update-ref", "refs/remotes/origin/main", _onMain);
        git.Run("commit", "--quiet", "--allow-empty", "--message", "A proposal");
        _elsewhere = git.Run("rev-parse", "HEAD");
    }

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task A_push_to_main_that_ci_has_passed_is_deployed() =>
        Assert.Equal(_onMain, (await AskAsync(Run(_onMain))).Succeeded().Output.Trim());

    [Fact]
    public async Task A_pull_request_from_a_forks_branch_named_main_is_not() =>
        (await AskAsync(Run(_elsewhere, on: "pull_request", repository: "somebody/opportunities")))
            .Failed("the run of CI was not for a push but for pull_request");

    [Theory]
    [InlineData(
        "push", "somebody/opportunities", "main", "success", ".github/workflows/ci.yml", "the commit is one of somebody/opportunities")]
    [InlineData("push", Repository, "feature", "success", ".github/workflows/ci.yml", "the branch is feature")]
    [InlineData("push", Repository, "main", "failure", ".github/workflows/ci.yml", "CI has not passed")]
    [InlineData("push", Repository, "main", "success", ".github/workflows/other.yml", "the run is not one of CI")]
    public async Task Whatever_else_is_said_of_the_run_is_refused(
        string on, string repository, string branch, string conclusion, string workflow, string sentence) =>
        (await AskAsync(Run(_onMain, on, repository, branch, conclusion, workflow))).Failed(sentence);

    [Fact]
    public async Task A_commit_that_is_not_on_main_is_refused_whatever_is_said_of_it() =>
        (await AskAsync(Run(_elsewhere))).Failed($"{_elsewhere} is not on main");

    [Theory]
    [InlineData("refs/heads/main", true)]
    [InlineData("refs/heads/feature", false)]
    public async Task By_hand_main_alone_is_deployed(string branch, bool deployed)
    {
        var answer = await AskAsync(new { }, "workflow_dispatch", branch);
        if (deployed) answer.Succeeded();
        else answer.Failed("the branch is refs/heads/feature");
    }

    [Fact]
    public void Every_job_of_the_deployment_comes_after_the_one_that_decides_and_takes_its_commit()
    {
        var jobs = Jobs("deploy.yml");
        foreach (var condition in new[]
        {
            "github.event.workflow_run.conclusion == 'success'",
            "github.event.workflow_run.event == 'push'",
            "github.event.workflow_run.head_branch == 'main'",
            "github.event.workflow_run.head_repository.full_name == github.repository",
            "github.ref == 'refs/heads/main'",
        })
        {
            Assert.Contains(condition, jobs["revision"], StringComparison.Ordinal);
        }

        Assert.All(jobs.Where(job => job.Key != "revision"), job => Assert.Matches(@"needs: (revision|\[[a-z, ]+\])", job.Value));
        var text = Workflow("deploy.yml");
        Assert.DoesNotContain("head_sha", text, StringComparison.Ordinal);
        Assert.DoesNotContain("ref: ${{ github", text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_release_that_waits_for_an_approval_holds_up_its_own_environment_alone()
    {
        Assert.DoesNotContain("concurrency:", Workflow("deploy.yml"), StringComparison.Ordinal);
        Assert.Contains(
            "    concurrency:\n      group: deployment-${{ inputs.environment }}\n      cancel-in-progress: false\n",
            Jobs("deploy-environment.yml")["deploy"], StringComparison.Ordinal);
    }

    [Fact]
    public void A_release_that_was_approved_late_has_the_history_to_see_whether_a_newer_one_runs()
    {
        var deploy = Jobs("deploy-environment.yml")["deploy"];
        Assert.Contains("fetch-depth: 0", deploy, StringComparison.Ordinal);
        Assert.Contains("--step check", deploy, StringComparison.Ordinal);
        Assert.DoesNotContain("--back", deploy, StringComparison.Ordinal);
    }

    [Fact]
    public void Nothing_that_scans_has_credentials()
    {
        var scanning = _workflows.SelectMany(Jobs).Select(job => job.Value)
            .Where(job => job.Contains("scan.sh", StringComparison.Ordinal) || job.Contains("zap.sh", StringComparison.Ordinal)).ToArray();
        Assert.Equal(3, scanning.Length);
        Assert.All(scanning, job => Assert.DoesNotContain("id-token", job, StringComparison.Ordinal));
        Assert.DoesNotContain("docker.sock", File.ReadAllText(RepositoryRoot.Combine("deploy/scan.sh")), StringComparison.Ordinal);
        Assert.Contains("--skip zap", Jobs("deploy-environment.yml")["deploy"], StringComparison.Ordinal);
    }

    [Fact]
    public void The_image_is_built_once_signed_and_the_same_in_every_environment()
    {
        var jobs = Jobs("deploy.yml");
        Assert.Single(jobs, job => job.Value.Contains("deploy/image.sh", StringComparison.Ordinal));
        Assert.Equal(2, jobs["sign"].Split("actions/attest@").Length - 1);
        foreach (var environment in new[] { "dev", "staging", "prod" })
            Assert.Contains("digest: ${{ needs.image.outputs.digest }}", jobs[environment], StringComparison.Ordinal);
        var deploy = Jobs("deploy-environment.yml")["deploy"];
        Assert.Contains("gh attestation verify \"$IMAGE_ARCHIVE\"", deploy, StringComparison.Ordinal);
        Assert.DoesNotContain("docker build", deploy, StringComparison.Ordinal);
        // The parts list is kept with the release.
        Assert.Contains("gh release create \"$tag\" sbom.json", jobs["release"], StringComparison.Ordinal);
    }

    [Fact]
    public void The_pipeline_runs_every_step_of_a_release_and_rolls_back_for_the_releases_fault_alone()
    {
        var deploy = Jobs("deploy-environment.yml")["deploy"];
        foreach (var step in File.ReadLines(RepositoryRoot.Combine("deploy/steps"))
            .Where(line => !line.StartsWith('#'))
            .Select(line => line.Split('\t')[0]))
        {
            Assert.Contains($"--step {step}", deploy, StringComparison.Ordinal);
        }

        Assert.Contains("if: failure() && steps.validate.outputs.status == '1'", deploy, StringComparison.Ordinal);
        // What is installed is installed before anything is changed.
        Assert.DoesNotContain(
            "apt-get", deploy[deploy.IndexOf("configure-aws-credentials", StringComparison.Ordinal)..], StringComparison.Ordinal);
        Assert.Contains("deploy/alarms.sh \"$ENVIRONMENT\" > artifacts/alarms-before", deploy, StringComparison.Ordinal);
    }

    [Fact]
    public void Scanners_are_pinned_by_digest()
    {
        foreach (var script in new[] { "deploy/scan.sh", "deploy/zap.sh" })
            Assert.Matches(@"_IMAGE:-[a-z/-]+:[0-9.]+@sha256:[0-9a-f]{64}\}", File.ReadAllText(RepositoryRoot.Combine(script)));
    }

    private static object Run(
        string commit, string on = "push", string repository = Repository, string branch = "main", string conclusion = "success",
        string workflow = ".github/workflows/ci.yml") =>
        new
        {
            workflow_run = new
            {
                head_sha = commit,
                @event = on,
                head_branch = branch,
                conclusion,
                path = workflow,
                head_repository = new { full_name = repository },
            },
        };

    private static string Workflow(string name) => File.ReadAllText(RepositoryRoot.Combine(".github/workflows", name));

    /// <summary>The jobs of a workflow, as text.</summary>
    private static Dictionary<string, string> Jobs(string workflow)
    {
        var jobs = new Dictionary<string, string>();
        var name = "";
        foreach (var line in Workflow(workflow).Split("\njobs:\n")[1].Split('\n'))
        {
            if (line.Length > 2 && line.StartsWith("  ", StringComparison.Ordinal) && line[2] is not (' ' or '#'))
                jobs[name = line.Trim().TrimEnd(':')] = "";
            else if (name.Length > 0) jobs[name] += line + "\n";
        }

        return jobs;
    }

    private async Task<ScriptRun> AskAsync(object happening, string name = "workflow_run", string branch = "refs/heads/main")
    {
        await File.WriteAllTextAsync(_directory["event.json"], JsonSerializer.Serialize(happening));
        return await ScriptRun.OfAsync(Cli
            .Wrap(RepositoryRoot.Combine(".github/scripts/trusted-revision.sh"))
            .WithWorkingDirectory(_directory.Path)
            .WithEnvironmentVariables(new Dictionary<string, string?>
            {
                ["GITHUB_EVENT_NAME"] = name,
                ["GITHUB_EVENT_PATH"] = _directory["event.json"],
                ["GITHUB_REPOSITORY"] = Repository,
                ["GITHUB_REF"] = branch,
                ["GITHUB_SHA"] = _onMain,
            }));
    }
}
