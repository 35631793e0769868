# patrol-service behind API Gateway or a function URL.
#
# Terraform rather than SAM: the function lives among a VPC, a database and two peers that are kept in Terraform as a
# rule, and SAM's gain (events and a package in one file) is small where the function is an image.
#
# An image rather than a zip: the service needs Node 24, which a zip gets from a managed runtime that the provider has to
# know by name; an image brings its own, the same one as the container's, with the same scanning and the same registry.
#
# Not here, for all instances must find them done: the migrations. Run `npm run migrate` once per deployment, before.

terraform {
  required_version = ">= 1.9"

  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "~> 5.100"
    }
  }
}

locals {
  has_api = var.front == "api"

  environment = merge(var.settings, {
    ENVIRONMENT           = "production"
    PATROL_SECRET_ID      = var.secret_arn
    AUTH_GRPC_HOST        = var.auth_service.host
    AUTH_GRPC_PORT        = tostring(var.auth_service.port)
    APPLICATION_GRPC_HOST = var.application_service.host
    APPLICATION_GRPC_PORT = tostring(var.application_service.port)
    CAMPUS_BUILDINGS      = var.campus.buildings
    LEAVE_LOOKBACK_DAYS   = tostring(var.campus.leave_lookback_days)
    HAND_IN_UNCHECKED     = var.campus.hand_in_unchecked
  })

  # RDS Proxy listens on PostgreSQL's own port, whatever the instance behind it does.
  proxy_port = 5432

  # What may be reached: PostgreSQL and the peers by their groups, and Secrets Manager, which has none.
  reaches = {
    database    = var.rds_proxy == null ? { group = var.database.security_group_id, port = var.database.port } : { group = aws_security_group.proxy[0].id, port = local.proxy_port }
    auth        = { group = var.peers_security_group_id, port = var.auth_service.port }
    application = { group = var.peers_security_group_id, port = var.application_service.port }
  }
}

# --- the function ---

resource "aws_lambda_function" "patrols" {
  function_name = var.name
  description   = "Evening patrols of Campus Sirius"
  package_type  = "Image"
  image_uri     = var.image_uri
  architectures = [var.architecture]
  role          = aws_iam_role.patrols.arn
  memory_size   = var.memory_mb

  # Above the longest request (peers 5 s, PostgreSQL 5 s, a thaw 2 s) and below the HTTP API's own 30 s.
  timeout = 20

  # Each instance holds a connection: this bounds what a rush of requests can do to PostgreSQL.
  reserved_concurrent_executions = var.reserved_concurrency

  environment {
    variables = local.environment
  }

  vpc_config {
    subnet_ids         = var.subnet_ids
    security_group_ids = [aws_security_group.patrols.id]
  }

  logging_config {
    # The service writes JSON already; Lambda's JSON format would wrap it once more.
    log_format = "Text"
    log_group  = aws_cloudwatch_log_group.patrols.name
  }

  # Without its rights the function could neither write its log nor reach its network when it first starts.
  depends_on = [aws_iam_role_policy.patrols]
}

resource "aws_cloudwatch_log_group" "patrols" {
  name              = "/aws/lambda/${var.name}"
  retention_in_days = var.log_retention_days
}

resource "aws_security_group" "patrols" {
  name        = "${var.name}-lambda"
  description = "Outbound only: nobody connects to a function"
  vpc_id      = var.vpc_id
}

resource "aws_vpc_security_group_egress_rule" "reaches" {
  for_each = local.reaches

  security_group_id            = aws_security_group.patrols.id
  description                  = each.key
  referenced_security_group_id = each.value.group
  ip_protocol                  = "tcp"
  from_port                    = each.value.port
  to_port                      = each.value.port
}

resource "aws_vpc_security_group_egress_rule" "secrets_manager" {
  security_group_id = aws_security_group.patrols.id
  description       = "Secrets Manager"
  cidr_ipv4         = "0.0.0.0/0"
  ip_protocol       = "tcp"
  from_port         = 443
  to_port           = 443
}

# --- what it may do ---

resource "aws_iam_role" "patrols" {
  name               = "${var.name}-lambda"
  assume_role_policy = data.aws_iam_policy_document.assume.json
}

data "aws_iam_policy_document" "assume" {
  statement {
    actions = ["sts:AssumeRole"]

    principals {
      type        = "Service"
      identifiers = ["lambda.amazonaws.com"]
    }
  }
}

resource "aws_iam_role_policy" "patrols" {
  name   = "patrols"
  role   = aws_iam_role.patrols.id
  policy = data.aws_iam_policy_document.rights.json
}

data "aws_iam_policy_document" "rights" {
  statement {
    sid       = "WriteItsOwnLog"
    actions   = ["logs:CreateLogStream", "logs:PutLogEvents"]
    resources = ["${aws_cloudwatch_log_group.patrols.arn}:*"]
  }

  statement {
    sid       = "ReadItsOwnSecret"
    actions   = ["secretsmanager:GetSecretValue"]
    resources = [var.secret_arn]
  }

  dynamic "statement" {
    for_each = var.secret_kms_key_arn == null ? [] : [var.secret_kms_key_arn]

    content {
      sid       = "DecryptItsOwnSecret"
      actions   = ["kms:Decrypt"]
      resources = [statement.value]
    }
  }

  # Lambda makes the network interfaces with the function's role; these actions know no narrower resource.
  statement {
    sid = "JoinTheNetwork"
    actions = [
      "ec2:AssignPrivateIpAddresses",
      "ec2:CreateNetworkInterface",
      "ec2:DeleteNetworkInterface",
      "ec2:DescribeNetworkInterfaces",
      "ec2:DescribeSubnets",
      "ec2:UnassignPrivateIpAddresses",
    ]
    resources = ["*"]
  }

  # What Lambda does with that role, the code that runs under it must not.
  statement {
    sid       = "NotFromWithin"
    effect    = "Deny"
    actions   = ["ec2:AssignPrivateIpAddresses", "ec2:CreateNetworkInterface", "ec2:DeleteNetworkInterface", "ec2:UnassignPrivateIpAddresses"]
    resources = ["*"]

    condition {
      test     = "ArnLike"
      variable = "lambda:SourceFunctionArn"
      values   = ["arn:*:lambda:*:*:function:${var.name}"]
    }
  }
}

# --- in front of it: the HTTP API ---

resource "aws_apigatewayv2_api" "patrols" {
  count = local.has_api ? 1 : 0

  name          = var.name
  protocol_type = "HTTP"
}

resource "aws_apigatewayv2_integration" "patrols" {
  count = local.has_api ? 1 : 0

  api_id                 = aws_apigatewayv2_api.patrols[0].id
  integration_type       = "AWS_PROXY"
  integration_uri        = aws_lambda_function.patrols.invoke_arn
  payload_format_version = "2.0"
}

# One route for everything: the service has its own router, its own 404 and 405, and checks tokens itself.
resource "aws_apigatewayv2_route" "default" {
  count = local.has_api ? 1 : 0

  api_id    = aws_apigatewayv2_api.patrols[0].id
  route_key = "$default"
  target    = "integrations/${aws_apigatewayv2_integration.patrols[0].id}"
}

# The stage must be $default as well: any other's name would stand before every path.
resource "aws_apigatewayv2_stage" "default" {
  count = local.has_api ? 1 : 0

  api_id      = aws_apigatewayv2_api.patrols[0].id
  name        = "$default"
  auto_deploy = true

  default_route_settings {
    throttling_rate_limit  = var.throttle.rate
    throttling_burst_limit = var.throttle.burst
  }
}

resource "aws_lambda_permission" "api" {
  count = local.has_api ? 1 : 0

  statement_id  = "HttpApi"
  action        = "lambda:InvokeFunction"
  function_name = aws_lambda_function.patrols.function_name
  principal     = "apigateway.amazonaws.com"
  source_arn    = "${aws_apigatewayv2_api.patrols[0].execution_arn}/*"
}

# --- or a function URL ---

resource "aws_lambda_function_url" "patrols" {
  count = local.has_api ? 0 : 1

  function_name = aws_lambda_function.patrols.function_name
  # As behind the API: who calls is the service's own question, answered by token.
  authorization_type = "NONE"
}

resource "aws_lambda_permission" "url" {
  count = local.has_api ? 0 : 1

  statement_id           = "FunctionUrl"
  action                 = "lambda:InvokeFunctionUrl"
  function_name          = aws_lambda_function.patrols.function_name
  principal              = "*"
  function_url_auth_type = aws_lambda_function_url.patrols[0].authorization_type
}

# Since October 2025 a URL wants this permission too. Version 6 of the provider can narrow it to calls through the URL
# (invoked_via_function_url); until then an AWS principal may send events past it, and still needs a campus token.
resource "aws_lambda_permission" "function_behind_url" {
  count = local.has_api ? 0 : 1

  statement_id  = "FunctionBehindUrl"
  action        = "lambda:InvokeFunction"
  function_name = aws_lambda_function.patrols.function_name
  principal     = "*"
}
