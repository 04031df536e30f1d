-- The requests of one workload, for wrk: wrk … -s load.lua URL -- <kind> <token> <file of "id etag" lines> <path>
-- Every request is formatted before the clock starts, so that the generator costs as little as it can.
local threads = 0

function setup(thread)
  thread:set("index", threads)
  threads = threads + 1
  thread:set("threads", threads)
end

local prefix = "/api/v1/opportunities"
local headers, requests, lists, updates, creates, moves = {}, {}, {}, {}, {}, {}
local kind, position, round = nil, 0, 0

local function with(extra)
  local all = { ["Authorization"] = headers["Authorization"] }
  for name, value in pairs(extra) do all[name] = value end
  return all
end

local function read_ids(file)
  local ids = {}
  for line in io.lines(file) do
    local id, etag = line:match("^(%S+) (%S+)")
    ids[#ids + 1] = { id = id, etag = etag }
  end
  return ids
end

local json = { ["Content-Type"] = "application/json" }

local function body(number)
  return string.format(
    '{"title":"Benchmark %d","description":"Created while measuring. %s","client_name":"Client %d","estimated_budget":%d.50,'
      .. '"estimated_start_date":"2023-01-01T00:00:00Z","estimated_end_date":"2023-12-31T00:00:00Z","priority":"HIGH"}',
    number, string.rep("The need of the client, in prose. ", 8), number % 1000, 1000 + number)
end

local function create(number)
  return wrk.format("POST", prefix, with(json), body(number))
end

-- As many creations as a batch takes, of the same bodies.
local function batch()
  local operations = {}
  for number = 1, 500 do operations[number] = '{"op":"CREATE","body":' .. body(number) .. '}' end
  return wrk.format("POST", prefix .. "/batch", with(json), '{"mode":"EACH","operations":[' .. table.concat(operations, ",") .. ']}')
end

local function update(id, number)
  return wrk.format("PUT", prefix .. "/" .. id, with(json), string.format('{"title":"Updated %d","reason":"Benchmark"}', number))
end

function init(args)
  kind = args[1]
  headers["Authorization"] = "Bearer " .. args[2]
  math.randomseed(7919 * (index + 1))
  local ids = read_ids(args[3])
  for number, item in ipairs(ids) do
    if kind == "not-modified" then
      requests[number] = wrk.format("GET", prefix .. "/" .. item.id, with({ ["If-None-Match"] = item.etag }))
    elseif kind == "item" or kind == "mixed" or kind == "mixed-writes" then
      requests[number] = wrk.format("GET", prefix .. "/" .. item.id, headers)
    end
    if kind == "update" or kind == "mixed" or kind == "mixed-writes" then updates[number] = update(item.id, math.random(1000000)) end
    -- Each thread moves opportunities of its own to and fro: DRAFT, SUBMITTED, DRAFT.
    if kind == "status" and number % 2 == index % 2 then moves[#moves + 1] = item.id end
  end
  if kind == "path" then requests[1] = wrk.format("GET", args[4], headers) end
  local coding = kind:match("^path%-(.+)$")
  if coding then requests[1] = wrk.format("GET", args[4], with({ ["Accept-Encoding"] = coding })) end
  if kind == "batch" then requests[1] = batch() end
  lists[1] = wrk.format("GET", prefix, headers)
  for number = 1, 500 do creates[number] = create(number) end
end

local function any(of)
  return of[math.random(#of)]
end

local is_first = true

function request()
  -- The first thread is asked for a request that is only looked at, and not sent.
  if is_first and index == 0 then
    is_first = false
    return lists[1]
  end
  if kind == "create" then return any(creates) end
  if kind == "update" then return any(updates) end
  if kind == "status" then
    position = position + 1
    if position > #moves then position, round = 1, round + 1 end
    return wrk.format("POST", prefix .. "/" .. moves[position] .. "/status", with(json),
      string.format('{"new_status":"%s","reason":"Benchmark"}', round % 2 == 0 and "SUBMITTED" or "DRAFT"))
  end
  if kind == "mixed" then
    local dice = math.random(100)
    if dice <= 90 then return any(requests) end
    if dice <= 99 then return lists[1] end
    return dice % 2 == 0 and math.random(2) == 1 and any(creates) or any(updates)
  end
  if kind == "mixed-writes" then
    local dice = math.random(100)
    if dice <= 90 then return dice % 2 == 0 and lists[1] or any(requests) end
    if dice <= 99 then return any(updates) end
    return any(creates)
  end
  return any(requests)
end

function done(summary, latency)
  io.write(string.format(
    'RESULT {"requests":%d,"seconds":%.6f,"p50":%d,"p90":%d,"p99":%d,"max":%d,"errors":%d}\n',
    summary.requests, summary.duration / 1e6, latency:percentile(50), latency:percentile(90), latency:percentile(99), latency.max,
    summary.errors.connect + summary.errors.read + summary.errors.write + summary.errors.status + summary.errors.timeout))
end
